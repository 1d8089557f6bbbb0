// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Texts;

/// <summary>What to call the object that a frame lies in.</summary>
public static class ObjectName
{
    /// <summary><see cref="Model.Frame.Module"/> for an object as perf prints it; null for none.</summary>
    public static string? Of(ReadOnlySpan<byte> printed)
    {
        if (IsKernelImage(printed))
            return "[kernel]";
        var name = FileName(printed);
        return name.IsEmpty ? null : Encoding.UTF8.GetString(name);
    }

    /// <summary>The last part of a path, without <c> (deleted)</c>; <c>[vdso]</c> and the like as they are.</summary>
    public static ReadOnlySpan<byte> FileName(ReadOnlySpan<byte> printed)
    {
        // /memfd:doublemapper (deleted)
        if (printed.EndsWith(" (deleted)"u8))
            printed = printed[..^" (deleted)".Length];
        return printed is [(byte)'[', ..] ? printed : printed[(printed.LastIndexOf((byte)'/') + 1)..];
    }

    public static bool IsKernelImage(ReadOnlySpan<byte> printed) =>
        printed.StartsWith("[kernel"u8) || printed.StartsWith("[guest.kernel"u8) || (printed.EndsWith("vmlinux"u8) && printed is [(byte)'/', ..]);
}
