// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace NetStall.Symbols;

/// <summary>Reads the text of <c>/proc/kallsyms</c>: up to a quarter of a million lines, of which functions are kept.</summary>
ref struct KallsymsParser
{
    readonly ReadOnlySpan<byte> _input;
    ulong[] _addresses;
    ulong[] _names;
    int _count;
    byte[] _text;
    int _textLength;
    int _malformed;
    int _functions;
    ulong _highest;

    // Everything before this entry is in order of address. The kernel's own symbols are; those of modules are not.
    int _sorted;
    readonly List<string?> _modules = [null];
    readonly Dictionary<string, int> _moduleIds = [];
    ReadOnlySpan<byte> _lastModule;
    int _lastModuleId;
    readonly List<(ulong, ulong)> _aliases = [];

    KallsymsParser(ReadOnlySpan<byte> input)
    {
        _input = input;
        // A line is about 40 bytes long and half of the lines are functions, whose names make up two fifths of them.
        int guess = input.Length / 64 + 16;
        _addresses = GC.AllocateUninitializedArray<ulong>(guess);
        _names = GC.AllocateUninitializedArray<ulong>(guess);
        _text = GC.AllocateUninitializedArray<byte>(input.Length / 2 + 16);
    }

    public static KallsymsTable Parse(ReadOnlySpan<byte> input)
    {
        var parser = new KallsymsParser(input);
        parser.ReadLines();
        bool hidden = parser._functions > 0 && parser._highest == 0;
        if (hidden)
            parser._count = 0;
        parser.Sort();
        parser.KeepOneNameAnAddress();
        return new KallsymsTable
        {
            Addresses = parser._addresses,
            Names = parser._names,
            Count = parser._count,
            Functions = parser._functions,
            Text = parser._text,
            Modules = parser._modules,
            Aliases = parser._aliases,
            MalformedLines = parser._malformed,
            AddressesHidden = hidden,
        };
    }

    // 0000000000000000 A fixed_percpu_data
    // ffffffff81000000 T _text
    // ffffffff82202a40 d kern_unaddressable        (a tab stands before the module)
    // ffffffffc0204310 t veth_poll	[veth]
    // ^address         ^type
    void ReadLines()
    {
        int at = 0;
        while (at < _input.Length)
        {
            var rest = _input[at..];
            int digits = ReadAddress(rest, out ulong address);
            // After the address at least " t n".
            if (digits == 0 || digits + 3 >= rest.Length || rest[digits] != ' ' || rest[digits + 2] != ' ')
            {
                int newline = rest.IndexOf((byte)'\n');
                int length = newline < 0 ? rest.Length : newline;
                if (rest[..length].Trim(" \t\r"u8).Length > 0)
                    _malformed++;
                at += length + 1;
                continue;
            }

            byte type = rest[digits + 1];
            var tail = rest[(digits + 3)..];
            int nameLength = tail.IndexOfAny((byte)'\n', (byte)'\t', (byte)' ');
            if (nameLength < 0)
                nameLength = tail.Length;
            var name = tail[..nameLength];
            ReadOnlySpan<byte> module = default;
            int lineLength = nameLength;
            if (nameLength < tail.Length && tail[nameLength] != '\n')
            {
                int newline = tail[nameLength..].IndexOf((byte)'\n');
                lineLength = newline < 0 ? tail.Length : nameLength + newline;
                module = tail[nameLength..lineLength].Trim(" \t\r"u8);
            }
            else if (nameLength > 0 && name[^1] == '\r')
            {
                name = name[..^1];
            }
            at += digits + 3 + lineLength + 1;

            Take(address, type, name, module);
        }
    }

    void Take(ulong address, byte type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> module)
    {
        if (name.Length is 0 or > KallsymsTable.LongestName || !TryModule(module, out int moduleId))
        {
            _malformed++;
            return;
        }

        switch (type)
        {
            // perf: "t", "T", "w" and "W". "i" is an indirect function, which the kernel has none of yet.
            case (byte)'t' or (byte)'T' or (byte)'w' or (byte)'W' or (byte)'i':
                // $x, $d: marks of ARM's tools, no functions.
                if (name[0] == '$')
                    return;
                Add(address, KallsymsTable.Pack(_textLength, name.Length, moduleId));
                Append(name);
                _functions++;
                _highest = Math.Max(_highest, address);
                break;

            // Absolute values and offsets into per-CPU areas: no places at all.
            case (byte)'a' or (byte)'A':
                break;

            // Data. One boundary after a function is enough as long as the list is in order.
            default:
                if (_count == 0 || !KallsymsTable.IsBoundary(_names[_count - 1]) || address < _addresses[_count - 1])
                    Add(address, KallsymsTable.Boundary(_textLength, moduleId));
                break;
        }
    }

    void Add(ulong address, ulong name)
    {
        if (_count == _addresses.Length)
        {
            Array.Resize(ref _addresses, _count * 2);
            Array.Resize(ref _names, _count * 2);
        }
        if (_sorted == _count && (_count == 0 || address >= _addresses[_count - 1]))
            _sorted++;
        _addresses[_count] = address;
        _names[_count++] = name;
    }

    void Append(ReadOnlySpan<byte> name)
    {
        if (_text.Length - _textLength < name.Length)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + name.Length));
        name.CopyTo(_text.AsSpan(_textLength));
        _textLength += name.Length;
    }

    bool TryModule(ReadOnlySpan<byte> brackets, out int id)
    {
        id = 0;
        if (brackets.IsEmpty)
            return true;
        if (brackets is not [(byte)'[', .. var name, (byte)']'] || name.IsEmpty || name.Length > KallsymsTable.LongestName)
            return false;

        // A module's symbols stand together, so that nearly always it is the one of the line before.
        if (_lastModuleId == 0 || !name.SequenceEqual(_lastModule))
        {
            string text = Encoding.UTF8.GetString(name);
            if (!_moduleIds.TryGetValue(text, out int known))
            {
                known = _modules.Count;
                if (known == KallsymsTable.MostModules)
                    return false;
                _modules.Add(text);
                _moduleIds.Add(text, known);
            }
            _lastModule = name;
            _lastModuleId = known;
        }
        id = _lastModuleId;
        return true;
    }

    // The kernel's part is sorted and long, the modules' is not and shorter: sort that, and merge.
    readonly void Sort()
    {
        if (_sorted >= _count)
            return;
        Array.Sort(_addresses, _names, _sorted, _count - _sorted);

        int tail = _count - _sorted;
        var tailAddresses = _addresses.AsSpan(_sorted, tail).ToArray();
        var tailNames = _names.AsSpan(_sorted, tail).ToArray();
        int a = _sorted - 1, b = tail - 1;
        for (int to = _count - 1; b >= 0; to--)
        {
            if (a >= 0 && _addresses[a] > tailAddresses[b])
            {
                _addresses[to] = _addresses[a];
                _names[to] = _names[a--];
            }
            else
            {
                _addresses[to] = tailAddresses[b];
                _names[to] = tailNames[b--];
            }
        }
    }

    // Several names at one address:
    //
    //     ffffffff81094890 t __do_sys_fork
    //     ffffffff81094890 T __ia32_sys_fork
    //     ffffffff81094890 T __x64_sys_fork        <- perf 6.1 shows the one that is listed last, be it weak or local:
    //                                                 of the three only that one has a length when perf chooses
    void KeepOneNameAnAddress()
    {
        int kept = 0;
        _functions = 0;
        for (int i = 0; i < _count;)
        {
            int end = i + 1;
            int last = i;
            for (; end < _count && _addresses[end] == _addresses[i]; end++)
            {
                // Sorting has no order among equals; where a name lies in the text tells which was listed later.
                bool better = KallsymsTable.IsBoundary(_names[last]) || _names[end] >> 32 >= _names[last] >> 32;
                if (better && !KallsymsTable.IsBoundary(_names[end]))
                    last = end;
            }
            for (int other = i; other < end && end > i + 1; other++)
            {
                if (other != last && !KallsymsTable.IsBoundary(_names[other]))
                    _aliases.Add((_addresses[i], _names[other]));
            }
            _functions += KallsymsTable.IsBoundary(_names[last]) ? 0 : 1;
            _addresses[kept] = _addresses[i];
            _names[kept++] = _names[last];
            i = end;
        }
        _count = kept;
    }

    // Nearly always 16 digits, read eight at a time; other widths (a 32-bit kernel prints 8) one by one.
    static int ReadAddress(ReadOnlySpan<byte> line, out ulong address)
    {
        if (line.Length > 16 && line[16] == ' ' && TryEightDigits(line, out uint high) && TryEightDigits(line[8..], out uint low))
        {
            address = ((ulong)high << 32) | low;
            return 16;
        }
        address = 0;
        int n = 0;
        while (n < line.Length && n < 17 && char.IsAsciiHexDigit((char)line[n]))
            address = (address << 4) | (uint)((line[n] & 0xf) + (line[n++] > '9' ? 9 : 0));
        return n > 16 ? 0 : n;
    }

    // Eight lower-case digits as one word: each byte becomes its value, and is right when printing it gives the byte back.
    static bool TryEightDigits(ReadOnlySpan<byte> digits, out uint value)
    {
        const ulong Ones = 0x0101010101010101;
        ulong x = BinaryPrimitives.ReadUInt64BigEndian(digits);
        ulong v = (x & (0x0f * Ones)) + 9 * ((x >> 6) & Ones);
        ulong letters = ((v + 6 * Ones) >> 4) & Ones;
        bool valid = (v & (0xf0 * Ones)) == 0 && v + '0' * Ones + letters * ('a' - '0' - 10) == x;

        v = (v | (v >> 4)) & 0x00ff00ff00ff00ff;
        v = (v | (v >> 8)) & 0x0000ffff0000ffff;
        value = (uint)(v | (v >> 16));
        return valid;
    }
}
