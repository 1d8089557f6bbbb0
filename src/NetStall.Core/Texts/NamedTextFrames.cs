// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Symbols;

namespace NetStall.Texts;

/// <summary>The frames of a text, where a symbol list beside it names what the text left as addresses (<c>-F ip</c>, <c>[unknown]</c>).</summary>
/// <remarks>A text does not say where its kernel lay, so the list is taken at its word. Not thread-safe.</remarks>
public sealed class NamedTextFrames(TextFrames frames, Kallsyms kernel) : IFrameResolver
{
    readonly Dictionary<ulong, Frame?> _named = [];

    public bool HasKernelSymbols => true;

    public string? KernelFunction(ulong address, bool isReturnAddress) => Find(address) is { InKernel: true } frame ? frame.Function : null;

    public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time)
    {
        var resolved = new List<Frame>(chain.Length);
        foreach (ulong token in chain)
        {
            if (Find(token) is { } frame)
                resolved.Add(frame);
        }
        return resolved;
    }

    Frame? Find(ulong token)
    {
        if (frames.Find(token) is not { Function: null, InKernel: true, Address: not 0 } bare)
            return frames.Find(token);
        if (!_named.TryGetValue(token, out var named))
        {
            named = kernel.TryFind(bare.Address, out var symbol)
                ? bare with { Function = symbol.Function, Module = symbol.Module is { } module ? $"[{module}]" : "[kernel]", Offset = symbol.Offset } : bare;
            _named.Add(token, named);
        }
        return named;
    }
}
