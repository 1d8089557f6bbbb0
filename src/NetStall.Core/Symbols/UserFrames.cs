// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>Frames of processes that have been named already. They hold while nothing more is told of the process's mappings.</summary>
/// <remarks>Recordings are mostly walked forward in time; what is asked of a time before the last change is not remembered.</remarks>
sealed class UserFrames(AddressSpaces spaces)
{
    /// <summary>Of all processes together; then all is forgotten.</summary>
    const int Most = 1 << 17;

    sealed class Process
    {
        public (int Epoch, int Told) Then;
        public readonly Dictionary<(ulong Ip, bool IsReturnAddress), Frame> Frames = [];
    }

    readonly Dictionary<Pid, Process> _processes = [];
    int _count;

    public Frame? Find(Pid pid, KernelTime time, ulong ip, bool isReturnAddress)
    {
        if (spaces.StateOf(pid) is not var (epoch, told, lastChange) || time < lastChange || !_processes.TryGetValue(pid, out var process))
            return null;
        return process.Then == (epoch, told) ? process.Frames.GetValueOrDefault((ip, isReturnAddress)) : null;
    }

    public void Keep(Pid pid, KernelTime time, ulong ip, bool isReturnAddress, Frame frame)
    {
        if (spaces.StateOf(pid) is not var (epoch, told, lastChange) || time < lastChange)
            return;
        if (_count >= Most)
        {
            _processes.Clear();
            _count = 0;
        }
        if (!_processes.TryGetValue(pid, out var process))
            _processes.Add(pid, process = new Process { Then = (epoch, told) });
        if (process.Then != (epoch, told))
        {
            _count -= process.Frames.Count;
            process.Frames.Clear();
            process.Then = (epoch, told);
        }
        if (process.Frames.TryAdd((ip, isReturnAddress), frame))
            _count++;
    }
}
