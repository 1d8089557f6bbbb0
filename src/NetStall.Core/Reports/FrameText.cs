// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Reports;

/// <summary>A frame as one word, for stacks in text.</summary>
public static class FrameText
{
    /// <summary>The function; where none is known the file in brackets, as <c>[libc.so.6]</c>; else <c>[unknown]</c>.</summary>
    /// <param name="redaction">User code is hashed with it; kernel functions never are.</param>
    public static string Of(Frame frame, Redaction redaction)
    {
        if (frame.Function is { } function)
            return frame.InKernel ? function : redaction.Of(function)!;
        if (frame.Module is not { Length: > 0 } module)
            return "[unknown]";
        if (!frame.InKernel)
            module = redaction.Of(module)!;
        return module[0] == '[' ? module : $"[{module}]";
    }
}
