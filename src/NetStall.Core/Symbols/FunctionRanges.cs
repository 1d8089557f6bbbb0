// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Symbols;

/// <summary>Functions that do not overlap much, by where they begin; names stay bytes until asked for.</summary>
sealed class FunctionRanges
{
    /// <summary>One function: <c>[Start, End)</c>, and where its name lies in the text.</summary>
    public readonly record struct Range(ulong Start, ulong End, int NameStart, int NameLength);

    readonly Range[] _ranges;
    readonly byte[] _text;
    readonly string?[] _names;

    /// <param name="sorted">By <see cref="Range.Start"/>, which no two share.</param>
    /// <param name="text">Holds all names; not copied.</param>
    public FunctionRanges(Range[] sorted, byte[] text)
    {
        _ranges = sorted;
        _text = text;
        _names = new string?[sorted.Length];
    }

    public int Count => _ranges.Length;

    /// <summary>The function that begins last before the address, if it reaches so far.</summary>
    public bool TryFind(ulong address, out string name, out ulong offset)
    {
        int low = 0, high = _ranges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Start <= address)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == 0 || address >= _ranges[low - 1].End)
        {
            name = "";
            offset = 0;
            return false;
        }
        var range = _ranges[low - 1];
        name = _names[low - 1] ??= Encoding.UTF8.GetString(_text, range.NameStart, range.NameLength);
        offset = address - range.Start;
        return true;
    }
}
