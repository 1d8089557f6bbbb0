// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>No symbols: who and when, not where.</summary>
public sealed class NoFrames : IFrameResolver
{
    public static readonly NoFrames Instance = new();
    NoFrames() { }

    public bool HasKernelSymbols => false;
    public string? KernelFunction(ulong address, bool isReturnAddress) => null;
    public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time) => [];
}
