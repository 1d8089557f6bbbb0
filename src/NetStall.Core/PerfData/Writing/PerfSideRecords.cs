// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.PerfData.Writing;

/// <summary>Records about what was there before a recording began, as the kernel would have written them had it been asked then.</summary>
/// <remarks>Each ends as side records of <see cref="PerfEventSpec"/> end: TID, TIME, CPU, IDENTIFIER, all zero, which perf takes for "before everything".</remarks>
public sealed class PerfSideRecords
{
    /// <summary>The process id that stands for the kernel.</summary>
    public const int KernelPid = -1;

    const int EndSize = 32;
    const ushort ProtRead = 1, ProtExec = 4, MapPrivate = 2;

    readonly PerfBytes _bytes = new();

    public ReadOnlyMemory<byte> ToMemory() => _bytes.ToMemory();
    public int Length => _bytes.Length;

    /// <summary>The kernel's own text, and where its <c>_text</c> lies: how readers find out by how much this boot moved it.</summary>
    public void Kernel(ulong text, ulong end) =>
        Mmap(KernelPid, 0, PerfMisc.CpuModeKernel, text, end - text, text, "[kernel.kallsyms]_text"u8);

    /// <summary>A module's text.</summary>
    public void Module(ulong address, ulong length, ReadOnlySpan<byte> name) => Mmap(KernelPid, 0, PerfMisc.CpuModeKernel, address, length, 0, name);

    /// <param name="pid">The process.</param>
    /// <param name="map">One line of its <c>maps</c>, executable.</param>
    public void Map(Pid pid, in ProcessMap map)
    {
        int begin = Begin(PerfRecordType.Mmap2, PerfMisc.CpuModeUser);
        _bytes.S32(pid.Value).S32(pid.Value).U64(map.Start).U64(map.End - map.Start).U64(map.Offset)
            .U32(map.Major).U32(map.Minor).U64(map.Inode).U64(0).U32(ProtRead | ProtExec).U32(MapPrivate);
        End(begin, map.Name);
    }

    public void Comm(Pid pid, Tid tid, ReadOnlySpan<byte> name)
    {
        int begin = Begin(PerfRecordType.Comm, 0);
        _bytes.S32(pid.Value).S32(tid.Value);
        End(begin, name);
    }

    /// <summary>A thread of a process: readers give it the process's maps.</summary>
    public void Fork(Pid pid, Pid parent, Tid tid, Tid parentTid)
    {
        int begin = Begin(PerfRecordType.Fork, 0);
        _bytes.S32(pid.Value).S32(parent.Value).S32(tid.Value).S32(parentTid.Value).U64(0);
        End(begin, default, hasName: false);
    }

    /// <param name="id">Its inode in cgroup2.</param>
    /// <param name="path">From the hierarchy's root: <c>/system.slice/ssh.service</c>.</param>
    public void Cgroup(CgroupId id, ReadOnlySpan<byte> path)
    {
        int begin = Begin(PerfRecordType.Cgroup, 0);
        _bytes.U64(id.Value);
        End(begin, path);
    }

    /// <summary>All that came before is older than all that comes two rounds later.</summary>
    public static ReadOnlySpan<byte> RoundFinished => [(byte)PerfRecordType.FinishedRound, 0, 0, 0, 0, 0, 8, 0];

    void Mmap(int pid, int tid, int misc, ulong start, ulong length, ulong offset, ReadOnlySpan<byte> name)
    {
        int begin = Begin(PerfRecordType.Mmap, misc);
        _bytes.S32(pid).S32(tid).U64(start).U64(length).U64(offset);
        End(begin, name);
    }

    int Begin(PerfRecordType type, int misc)
    {
        int begin = _bytes.Length;
        _bytes.U32((uint)type).U16(misc).U16(0);
        return begin;
    }

    void End(int begin, ReadOnlySpan<byte> name, bool hasName = true)
    {
        // The size has 16 bits, and paths have 4096 bytes at most.
        const int Longest = 4096;
        if (hasName)
            _bytes.Name(name[..Math.Min(name.Length, Longest)], 8);
        _bytes.Zeros(EndSize);
        _bytes.SetU16(begin + 6, _bytes.Length - begin);
    }
}
