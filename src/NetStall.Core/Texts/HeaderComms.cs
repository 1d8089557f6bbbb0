// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Texts;

/// <summary>Passes on what headers call a task, once for each change.</summary>
/// <remarks>
/// Header and payload of one task may differ for good: ftrace prints the newest comm beside old events, and perf takes the comm of
/// tasks older than the recording from /proc/PID/status, which escapes. Each repeating its own would make a new name of every line.
/// </remarks>
sealed class HeaderComms(TaskDirectory tasks)
{
    readonly Dictionary<int, (NameId Comm, Pid? Pid)> _last = [];

    public void OnHeader(KernelTime time, Pid? pid, Tid tid, NameId comm)
    {
        // Tid 0 is one idle task for each CPU: swapper/0, swapper/1 …
        if (!tid.IsKnown || !comm.IsKnown)
            return;
        ref var last = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_last, tid.Value, out bool isKnown);
        if (isKnown && last == (comm, pid))
            return;
        last = (comm, pid);
        if (pid is { } known)
            tasks.OnComm(isKnown ? time : default, known, tid, comm);
        else
            tasks.OnSeen(time, tid, comm);
    }
}
