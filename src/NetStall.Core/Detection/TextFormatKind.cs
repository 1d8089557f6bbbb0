// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Detection;

/// <summary>Which program printed a text.</summary>
public enum TextFormatKind
{
    Unknown,
    PerfScript,
    Ftrace,
}
