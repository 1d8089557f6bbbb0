// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfScript;

// A comm with a newline can begin a line with what is an id, a time and an event. It has no room for a CPU:
//
//     12 1.000000: e:
//
/// <summary>What every header of a text has, learnt from those that came: a line with less is no header.</summary>
struct HeaderShape
{
    bool _hasCpu;
    bool _hasEvent;

    /// <summary>Whether this line may be a header, after all that came before it.</summary>
    public bool Accepts(in HeaderLine header)
    {
        bool hasCpu = header.Cpu is not null;
        bool hasEvent = !header.Event.IsEmpty;
        if ((_hasCpu && !hasCpu) || (_hasEvent && !hasEvent))
            return false;
        _hasCpu = hasCpu;
        _hasEvent = hasEvent;
        return true;
    }
}
