// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Tests.Drawings;

/// <summary>Kernel functions by name: each has an address of its own, far from the others'.</summary>
sealed class DrawnFrames : IFrameResolver
{
    const ulong First = 0xffff_ffff_8100_0000, Apart = 0x1_0000;

    readonly Dictionary<string, ulong> _addresses = [];
    readonly Dictionary<ulong, string> _names = [];

    public bool HasKernelSymbols => true;

    /// <summary>A kernel call chain as perf records it: leaf first, behind the marker.</summary>
    public ulong[] Chain(string rootFirst) => [ChainMarker.Kernel, .. rootFirst.Split(' ').Reverse().Select(AddressOf)];

    public string? KernelFunction(ulong address, bool isReturnAddress) => _names.GetValueOrDefault(address);

    public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time)
    {
        var frames = new List<Frame>();
        foreach (ulong address in chain)
        {
            if (!ChainMarker.IsMarker(address))
                frames.Add(new Frame(KernelFunction(address, false), null, InKernel: true, address));
        }
        return frames;
    }

    ulong AddressOf(string function)
    {
        if (_addresses.TryGetValue(function, out ulong address))
            return address;
        address = First + Apart * (ulong)_addresses.Count;
        _addresses.Add(function, address);
        _names.Add(address, function);
        return address;
    }
}
