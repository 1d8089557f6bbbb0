// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli;

/// <summary>The command line asks for what cannot be done. The message is one full sentence with the way out; exit code 2.</summary>
sealed class UsageException(string message) : Exception(message);
