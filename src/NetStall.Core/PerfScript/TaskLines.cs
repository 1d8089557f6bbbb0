// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Texts;

namespace NetStall.PerfScript;

/// <summary>The records that <c>--show-task-events</c>, <c>--show-lost-events</c>, <c>--show-switch-events</c> and <c>--show-cgroup-events</c> add, and cgroups beside samples.</summary>
sealed class TaskLines(Recording recording)
{
    // Ids of cgroups that only a path names: above any inode.
    const ulong FirstInventedCgroup = 1ul << 63;

    readonly Dictionary<string, CgroupId> _cgroups = [];

    /// <summary>Reads one; false if it stops in the middle of a comm.</summary>
    public bool TryRead(ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload, in EventHead head, out KernelEvent? e)
    {
        e = null;
        if (name.SequenceEqual("PERF_RECORD_COMM"u8))
            return TryComm(payload, head.Time);
        if (name.SequenceEqual("PERF_RECORD_FORK"u8))
            TakeFork(payload, head.Time);
        else if (name.SequenceEqual("PERF_RECORD_CGROUP"u8))
            TakeCgroup(payload);
        else if (name.StartsWith("PERF_RECORD_LOST"u8))
            e = Lost(payload, head);
        else if (name.SequenceEqual("PERF_RECORD_THROTTLE"u8) || name.SequenceEqual("PERF_RECORD_UNTHROTTLE"u8))
        {
            bool ends = name.SequenceEqual("PERF_RECORD_UNTHROTTLE"u8);
            recording.ThrottleCount += ends ? 0 : 1;
            e = KernelEvent.LostOrThrottled(head, ends ? EventKind.Unthrottle : EventKind.Throttle, 0);
        }
        else if (name.StartsWith("PERF_RECORD_SWITCH"u8))
            e = Switch(payload, head);
        return true;
    }

    /// <summary>An id for a path; the same for the same path.</summary>
    public CgroupId CgroupOf(ReadOnlySpan<byte> path)
    {
        string text = Encoding.UTF8.GetString(path);
        if (_cgroups.TryGetValue(text, out var id))
            return id;
        id = new CgroupId(FirstInventedCgroup + (ulong)_cgroups.Count);
        _cgroups.Add(text, id);
        recording.Cgroups.OnCgroup(id, text);
        return id;
    }

    // PERF_RECORD_COMM: kworker/0:0-eve:9/9
    // PERF_RECORD_COMM exec: sleep:27764/27764
    bool TryComm(ReadOnlySpan<byte> payload, KernelTime time)
    {
        if (payload.StartsWith(" exec: "u8))
            payload = payload[" exec:".Length..];
        payload = payload.TrimStart((byte)' ');
        int colon = payload.LastIndexOf((byte)':');
        if (colon < 0)
            return false;
        var ids = payload[(colon + 1)..];
        int slash = ids.IndexOf((byte)'/');
        if (slash < 0 || !TextNumber.TryInt(ids[..slash], out int pid) || !TextNumber.TryInt(ids[(slash + 1)..], out int tid))
            return false;
        recording.Tasks.OnComm(time, new Pid(pid), new Tid(tid), recording.Names.Intern(payload[..colon].Trim((byte)' ')));
        return true;
    }

    // PERF_RECORD_FORK(27762:27763):(27742:27742)        child pid:tid, then parent's
    void TakeFork(ReadOnlySpan<byte> payload, KernelTime time)
    {
        var p = new PayloadCursor(payload);
        if (p.Skip("("u8) && p.TryInt(out int pid) && p.Skip(":"u8) && p.TryInt(out int tid) && p.Skip("):("u8) && p.TryInt(out _) && p.Skip(":"u8) && p.TryInt(out int parent))
            recording.Tasks.OnFork(time, new Pid(pid), new Tid(tid), new Tid(parent));
    }

    // PERF_RECORD_CGROUP cgroup: 5718 /kubepods/besteffort/pod7c97d8f2-e047-4a92-8e5e-af66f33d81cf
    void TakeCgroup(ReadOnlySpan<byte> payload)
    {
        var p = new PayloadCursor(payload);
        p.SkipBlanks();
        if (!p.Skip("cgroup: "u8) || !p.TryWord(out var number) || !TextNumber.TryLong(number, out long id))
            return;
        string path = Encoding.UTF8.GetString(p.Rest.Trim((byte)' '));
        _cgroups[path] = new CgroupId((ulong)id);
        recording.Cgroups.OnCgroup(new CgroupId((ulong)id), path);
    }

    // PERF_RECORD_SWITCH_CPU_WIDE OUT preempt  next pid/tid: 26919/26919
    // PERF_RECORD_SWITCH_CPU_WIDE IN           prev pid/tid: 29100/29100          tells the same once more
    KernelEvent? Switch(ReadOnlySpan<byte> payload, in EventHead head)
    {
        var p = new PayloadCursor(payload);
        p.SkipBlanks();
        if (!p.Skip("OUT"u8))
            return null;
        p.SkipBlanks();
        var door = p.Skip("preempt"u8) ? SwitchDoor.Runnable : SwitchDoor.Gone;
        p.SkipBlanks();
        if (!p.Skip("next pid/tid: "u8) || !p.TryInt(out _) || !p.Skip("/"u8) || !p.TryInt(out int number))
            return null;
        var next = new Tid(number);
        return KernelEvent.Switch(head, KernelEvent.UnknownPriority, door, recording.Tasks.Find(head.Tid, head.Time).Comm,
            next, KernelEvent.UnknownPriority, recording.Tasks.Find(next, head.Time).Comm);
    }

    // PERF_RECORD_LOST lost 123
    KernelEvent Lost(ReadOnlySpan<byte> payload, in EventHead head)
    {
        int at = payload.IndexOf("lost "u8);
        var digits = at < 0 ? default : payload[(at + 5)..];
        TextNumber.TryInt(digits[..TextNumber.CountDigits(digits)], out int count);
        recording.LostRecords += count;
        return KernelEvent.LostOrThrottled(head, EventKind.Lost, count);
    }
}
