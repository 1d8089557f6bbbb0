// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>An answer that came late by itself: no other was released at the same moment, so it proves no stall. A stall shorter than two intervals looks like this.</summary>
/// <param name="Delay">Over what answers of this flow usually take.</param>
public readonly record struct LateAnswer(int Flow, KernelTime Sent, KernelTime Received, Elapsed Delay);
