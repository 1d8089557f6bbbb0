// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>Of the symbols of an ELF file, which one names an address: perf's choice.</summary>
static class ElfFunctions
{
    const int Global = 1, Weak = 2;
    const ulong Page = 4096;

    // Binding is STB_LOCAL (0), STB_GLOBAL or STB_WEAK.
    public readonly record struct Symbol(ulong Start, ulong Size, int Binding, int NameStart, int NameLength);

    /// <summary>One symbol an address, in order, each with its end.</summary>
    public static FunctionRanges.Range[] Choose(List<Symbol> symbols, byte[] names)
    {
        var ordered = symbols.OrderBy(s => s.Start).ToArray();
        GiveLengths(ordered);

        var chosen = new List<FunctionRanges.Range>(ordered.Length);
        for (int i = 0; i < ordered.Length;)
        {
            var best = ordered[i++];
            for (; i < ordered.Length && ordered[i].Start == best.Start; i++)
            {
                if (!IsFirstBetter(best, ordered[i], names))
                    best = ordered[i];
            }
            chosen.Add(new FunctionRanges.Range(best.Start, KernelAreas.Add(best.Start, best.Size), best.NameStart, best.NameLength));
        }
        return [.. chosen];
    }

    // A symbol without a length (written in assembler) reaches to the next one; the last, to the end of the page after its own.
    static void GiveLengths(Symbol[] ordered)
    {
        for (int i = 0; i < ordered.Length; i++)
        {
            var s = ordered[i];
            if (s.Size != 0)
                continue;
            ulong end = i + 1 < ordered.Length ? ordered[i + 1].Start
                : s.Start > ulong.MaxValue - 2 * Page ? ulong.MaxValue : (s.Start + Page - 1) / Page * Page + Page;
            ordered[i] = s with { Size = end - s.Start };
        }
    }

    // Must match choose_best_symbol() in tools/perf/util/symbol.c: what comes first decides.
    static bool IsFirstBetter(in Symbol a, in Symbol b, byte[] names)
    {
        if ((a.Size != 0) != (b.Size != 0))
            return a.Size != 0;
        if ((a.Binding == Weak) != (b.Binding == Weak))
            return a.Binding != Weak;
        if ((a.Binding == Global) != (b.Binding == Global))
            return a.Binding == Global;

        var first = names.AsSpan(a.NameStart, a.NameLength);
        var second = names.AsSpan(b.NameStart, b.NameLength);
        int underscores = Underscores(first) - Underscores(second);
        return underscores != 0 ? underscores < 0 : first.Length >= second.Length;
    }

    static int Underscores(ReadOnlySpan<byte> name)
    {
        int other = name.IndexOfAnyExcept((byte)'_');
        return other < 0 ? name.Length : other;
    }
}
