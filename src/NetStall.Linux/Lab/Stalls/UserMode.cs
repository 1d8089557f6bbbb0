// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.PerfEvents;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>Keeps the calling thread on its CPU in user mode: an interrupt that is waited for finds it there.</summary>
static class UserMode
{
    /// <returns>False when it did not come to that in time.</returns>
    public static bool Until(Func<bool> over, Elapsed atMost)
    {
        var begin = MonotonicTime.Now();
        while (!over())
        {
            if (MonotonicTime.Now() - begin > atMost)
                return false;
        }
        return true;
    }

    /// <summary>Computes for so long.</summary>
    public static StallShot Compute(Elapsed length)
    {
        var begin = MonotonicTime.Now();
        var now = begin;
        while (now - begin < length)
            now = MonotonicTime.Now();
        return new StallShot(begin, now - begin);
    }
}
