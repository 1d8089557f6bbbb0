// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux;

/// <summary>This machine lacks what it takes. The message is one full sentence with the way out; exit code 3.</summary>
public sealed class CannotHereException : Exception
{
    public CannotHereException(string message) : base(message) { }
    public CannotHereException(string message, Exception cause) : base(message, cause) { }
    public CannotHereException() { }
}
