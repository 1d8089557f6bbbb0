// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetStall.Linux.Native;

/// <summary>What was called, with the error it left: taken first, since putting words together may call libc and leave another.</summary>
/// <remarks>The compiler makes one of <c>$"mmap of {file}"</c> where <see cref="SystemCallException.Last(CallName)"/> is given it.</remarks>
[InterpolatedStringHandler]
public ref struct CallName
{
    DefaultInterpolatedStringHandler _text;

    public CallName(int literalLength, int formattedCount)
    {
        Errno = Marshal.GetLastPInvokeError();
        _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    internal int Errno { get; }
    internal string Text() => _text.ToStringAndClear();

    public void AppendLiteral(string text) => _text.AppendLiteral(text);
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);
    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);
}
