// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Takes how long packets took.</summary>
public interface ILatencies
{
    void Add(Elapsed latency);
}
