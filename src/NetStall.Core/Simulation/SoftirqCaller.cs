// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>On whose back a pass over the softirqs runs.</summary>
enum SoftirqCaller : byte
{
    Interrupt,
    BottomHalfEnable,
    Ksoftirqd,
}
