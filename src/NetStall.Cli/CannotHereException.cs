// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli;

/// <summary>This machine lacks what it takes. The message is one full sentence with the way out; exit code 3.</summary>
sealed class CannotHereException(string message, Exception cause) : Exception(message, cause);
