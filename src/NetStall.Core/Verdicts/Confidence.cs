// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Verdicts;

/// <summary>How sure a verdict is.</summary>
public enum Confidence
{
    Low,
    Medium,
    High,
}
