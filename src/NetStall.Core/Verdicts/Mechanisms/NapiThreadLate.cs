// SPDX-License-Identifier: Apache-2.0
using NetStall.Waits;

namespace NetStall.Verdicts.Mechanisms;

/// <summary>A NAPI thread was woken and did not get the CPU (<c>napi-thread-starved</c>), or a real-time task had it (<c>realtime-starvation</c>).</summary>
static class NapiThreadLate
{
    public static Finding? Explain(Evidence e)
    {
        if (e.Wait.Evidence != WaitEvidence.NapiThread)
            return null;
        if (e.Holder is not { } task || e.HolderShare < 0.5 || e.IsKsoftirqd(task))
            return new Finding(Mechanism.NapiThreadStarved, null, IsCertain: true);
        return new Finding(e.HolderIsRealTime ? Mechanism.RealtimeStarvation : Mechanism.NapiThreadStarved, task, IsCertain: true);
    }
}
