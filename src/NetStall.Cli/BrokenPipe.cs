// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli;

/// <summary>Who reads our output has gone, as `head` does once it has seen enough.</summary>
static class BrokenPipe
{
    /// <summary>EPIPE as .NET reports it.</summary>
    const int HResult = 32;

    public static bool Is(IOException e) => e.HResult == HResult;
}
