// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Lab.Stalls;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>Whether this kernel and user can make a kind: told by preparing it, in a process of its own, without a shot.</summary>
public static class LabPossibility
{
    /// <param name="program">netstall itself.</param>
    /// <param name="kind">Which.</param>
    /// <param name="cpu">Where.</param>
    /// <returns>Null when it can; else a sentence.</returns>
    public static string? WhyNot(string program, LabKind kind, CpuId cpu)
    {
        try
        {
            ThreeHosts.Build(kind.Only ?? Steering.Softirq, cpu).Dispose();
            if (kind.Makes)
                StallProcess.Start(program, new StallOrder(kind.Name, cpu, Elapsed.FromMilliseconds(1), 0, Elapsed.Zero)).Dispose();
            return null;
        }
        catch (CannotHereException e)
        {
            return e.Message;
        }
    }
}
