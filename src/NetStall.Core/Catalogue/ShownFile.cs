// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>The file that a read() makes, told by the kernel function that writes its text.</summary>
/// <param name="ShowFunction">That function, without compiler suffixes.</param>
/// <param name="Path">The file; null when we do not know which file this function belongs to, or when it belongs to several.</param>
public readonly record struct ShownFile(string ShowFunction, string? Path)
{
    /// <summary>For the middle of a sentence: <c>/proc/slabinfo</c>, or <c>the file whose show function is X_show</c>.</summary>
    public string Description => Path ?? $"the file whose show function is {ShowFunction}";
}
