// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>Names the frames of one recording's call chains.</summary>
public interface IFrameResolver
{
    /// <summary>Whether kernel frames have names at all. Without, the tool still says who and when.</summary>
    bool HasKernelSymbols { get; }

    /// <summary>
    /// The function of a kernel frame, as the symbol table spells it; null when unknown. Cheap: called for many frames.
    /// </summary>
    /// <param name="address">As it stands in the chain.</param>
    /// <param name="isReturnAddress">True for every frame but the first after a marker: look one byte before it.</param>
    string? KernelFunction(ulong address, bool isReturnAddress);

    /// <summary>The whole chain, leaf first, without markers. Costly: only for what is shown.</summary>
    IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time);
}
