// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Is told what each CPU's time goes to, in order of time on each CPU and without a gap: the lanes of a picture.</summary>
public interface ITimeWatch
{
    /// <param name="task">The task that has the CPU, also below an interrupt; 0 when it is idle.</param>
    void OnSpent(CpuId cpu, CpuTime use, Tid task, Elapsed from, Elapsed to);
}
