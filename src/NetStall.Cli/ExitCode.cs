// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli;

/// <summary>What every command says to the script that called it. <c>netstall --help</c> and the README list them.</summary>
enum ExitCode
{
    NothingFound = 0,
    StallsFound = 1,
    BadInput = 2,

    /// <summary>This machine cannot: a kernel, a privilege or a library is missing.</summary>
    CannotHere = 3,

    /// <summary>Too little was seen to acquit.</summary>
    Inconclusive = 4,
}
