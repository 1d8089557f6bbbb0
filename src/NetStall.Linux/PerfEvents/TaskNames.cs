// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>Names of tasks that ended lately, and of cgroups: what can no longer be asked of /proc when a stall is written down.</summary>
/// <remarks>Lives as long as a recorder may, so it keeps of each task one name, and of ended ones only the last minute's.</remarks>
sealed class TaskNames(Elapsed keep)
{
    const uint Comm = 3, Exit = 4, Cgroup = 19;
    const int MostCgroups = 100_000;

    readonly Dictionary<int, (Pid Pid, byte[] Name)> _living = [];
    readonly Queue<(KernelTime End, Pid Pid, Tid Tid, byte[] Name)> _ended = new();
    readonly Dictionary<ulong, byte[]> _cgroups = [];

    /// <param name="records">Whole records of one ring.</param>
    /// <param name="now">When they were read.</param>
    public void Read(ReadOnlySpan<byte> records, KernelTime now)
    {
        while (RecordTimes.SizeOf(records) is var size and > 0)
        {
            var record = records[..size];
            switch (BinaryPrimitives.ReadUInt32LittleEndian(record))
            {
                case Comm when size > 16:
                    _living[I32(record, 12)] = (new Pid(I32(record, 8)), Text(record[16..]));
                    break;
                // pid, ppid, tid, ptid
                case Exit when size >= 32:
                    if (_living.Remove(I32(record, 16), out var ended))
                        _ended.Enqueue((now, ended.Pid, new Tid(I32(record, 16)), ended.Name));
                    break;
                case Cgroup when size > 16 && _cgroups.Count < MostCgroups:
                    _cgroups[BinaryPrimitives.ReadUInt64LittleEndian(record[8..])] = Text(record[16..]);
                    break;
            }
            records = records[size..];
        }
        while (_ended.TryPeek(out var oldest) && now - oldest.End > keep)
            _ended.Dequeue();
    }

    /// <summary>Adds what is gone to a description of what is there.</summary>
    public void AddTo(PerfSideRecords description)
    {
        foreach (var (_, pid, tid, name) in _ended)
            description.Comm(pid, tid, name);
        foreach (var (id, path) in _cgroups)
            description.Cgroup(new CgroupId(id), path);
    }

    static int I32(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadInt32LittleEndian(record[at..]);

    static byte[] Text(ReadOnlySpan<byte> bytes)
    {
        int nul = bytes.IndexOf((byte)0);
        return (nul < 0 ? bytes : bytes[..nul]).ToArray();
    }
}
