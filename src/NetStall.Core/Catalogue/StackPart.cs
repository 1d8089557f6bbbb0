// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>Which part of a stack a pattern looks at: the task's own frames, or those of an interrupt on top of them.</summary>
enum StackPart
{
    Task,
    Interrupt,
}
