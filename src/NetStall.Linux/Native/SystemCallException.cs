// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Native;

/// <summary>The kernel refused a system call. Whoever knows what it was for turns it into a sentence with a way out.</summary>
public sealed class SystemCallException : Exception
{
    /// <param name="call">What was called, and on what: <c>perf_event_open of cpu-clock on CPU 3</c>.</param>
    /// <param name="errno">What came back, positive.</param>
    public SystemCallException(string call, int errno)
        : base($"{call}: {Marshal.GetPInvokeErrorMessage(errno)}") => Errno = errno;

    public SystemCallException(string message) : base(message) { }
    public SystemCallException(string message, Exception cause) : base(message, cause) { }
    public SystemCallException() { }

    /// <summary>Positive, as in errno.h; 0 when it was not told.</summary>
    public int Errno { get; }

    /// <summary>For the error of the library call just made, which must have been declared with SetLastError.</summary>
    public static SystemCallException Last(CallName call) => new(call.Text(), call.Errno);

    /// <inheritdoc cref="Last(CallName)"/>
    public static SystemCallException Last(string call) => new(call, Marshal.GetLastPInvokeError());
}
