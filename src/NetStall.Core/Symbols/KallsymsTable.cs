// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>What <see cref="KallsymsParser"/> made of a list: parallel arrays, sorted by address, one entry an address.</summary>
/// <remarks>
/// A name is one word: where it begins in <see cref="Text"/> (32 bits), how long it is (12), what it is (4), its module (16).
/// A boundary is an address at which something begins that is no function; it has no name and only ends the function before it.
/// </remarks>
sealed class KallsymsTable
{
    public const int LongestName = (1 << 12) - 1;
    public const int MostModules = 1 << 16;
    const ulong BoundaryBit = 1ul << 16;

    /// <summary>As many as <see cref="Count"/>; what follows is spare room.</summary>
    public required ulong[] Addresses { get; init; }
    public required ulong[] Names { get; init; }
    public required int Count { get; init; }
    public required int Functions { get; init; }
    public required byte[] Text { get; init; }

    /// <summary>By module number; 0 is the kernel itself, null.</summary>
    public required IReadOnlyList<string?> Modules { get; init; }

    /// <summary>Further names of addresses that are in the table under another name.</summary>
    public required IReadOnlyList<(ulong Address, ulong Name)> Aliases { get; init; }

    public required int MalformedLines { get; init; }
    public required bool AddressesHidden { get; init; }

    public static ulong Pack(int start, int length, int module) => ((ulong)(uint)start << 32) | ((ulong)(uint)length << 20) | (uint)module;
    public static ulong Boundary(int start, int module) => Pack(start, 0, module) | BoundaryBit;
    public static bool IsBoundary(ulong name) => (name & BoundaryBit) != 0;
    public static int ModuleId(ulong name) => (int)(name & 0xffff);

    public ReadOnlySpan<byte> Name(ulong name) => Text.AsSpan((int)(name >> 32), (int)(name >> 20) & LongestName);

    public bool TryFind(ReadOnlySpan<byte> function, out ulong address)
    {
        for (int i = 0; i < Count; i++)
        {
            if (!IsBoundary(Names[i]) && Name(Names[i]).SequenceEqual(function))
            {
                address = Addresses[i];
                return true;
            }
        }
        foreach (var alias in Aliases)
        {
            if (Name(alias.Name).SequenceEqual(function))
            {
                address = alias.Address;
                return true;
            }
        }
        address = 0;
        return false;
    }
}
