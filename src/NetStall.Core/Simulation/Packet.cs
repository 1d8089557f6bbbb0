// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <param name="Arrived">At the NIC.</param>
/// <param name="Hops">Rounds through the stack that are still before it.</param>
readonly record struct Packet(long Arrived, int Flow, int Hops);
