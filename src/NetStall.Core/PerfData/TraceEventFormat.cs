// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Text;

namespace NetStall.PerfData;

/// <summary>One tracepoint's <c>format</c> file, as TRACING_DATA carries it. Fields are asked for by name, since offsets move between kernels.</summary>
sealed class TraceEventFormat
{
    readonly Dictionary<string, TraceField> _fields = [];

    TraceEventFormat(string system, string name, int id) => (System, Name, Id) = (system, name, id);

    public string System { get; }
    public string Name { get; }

    /// <summary>common_type of its records, and <c>config</c> of its attr.</summary>
    public int Id { get; }

    public string FullName => $"{System}:{Name}";

    public TraceField? Field(string name) => _fields.TryGetValue(name, out var field) ? field : null;

    // name: softirq_raise
    // ID: 143
    // format:
    //         field:unsigned short common_type;	offset:0;	size:2;	signed:0;
    //         field:__data_loc char[] name;	offset:12;	size:4;	signed:0;
    //
    // print fmt: "vec=%u [action=%s]", REC->vec, …
    public static TraceEventFormat? Parse(string system, ReadOnlySpan<byte> text)
    {
        string? name = null;
        int id = -1;
        var fields = new List<(string, TraceField)>();
        while (!text.IsEmpty)
        {
            int newline = text.IndexOf((byte)'\n');
            var line = newline < 0 ? text : text[..newline];
            text = newline < 0 ? default : text[(newline + 1)..];

            if (line.StartsWith("name: "u8))
                name = Encoding.UTF8.GetString(line[6..]).Trim();
            else if (line.StartsWith("ID: "u8) && Utf8Parser.TryParse(line[4..], out int number, out _))
                id = number;
            else if (line.IndexOf("field:"u8) is >= 0 and var at && TryParseField(line[(at + 6)..], out var field))
                fields.Add(field);
        }
        if (name is null || id < 0)
            return null;
        var format = new TraceEventFormat(system, name, id);
        foreach (var (fieldName, field) in fields)
            format._fields.TryAdd(fieldName, field);
        return format;
    }

    // "__data_loc char[] name;	offset:12;	size:4;	signed:0;"
    static bool TryParseField(ReadOnlySpan<byte> line, out (string, TraceField) field)
    {
        field = default;
        int semicolon = line.IndexOf((byte)';');
        if (semicolon < 0)
            return false;
        var declaration = line[..semicolon];
        var rest = line[semicolon..];
        if (!TryParseNumber(rest, "offset:"u8, out int offset) || !TryParseNumber(rest, "size:"u8, out int size))
            return false;
        TryParseNumber(rest, "signed:"u8, out int isSigned);

        var locator = declaration.StartsWith("__data_loc"u8) ? DataLocator.DataLoc
            : declaration.StartsWith("__rel_loc"u8) ? DataLocator.RelLoc
            : DataLocator.Here;

        // The name is the last word, before any "[16]".
        int bracket = declaration.LastIndexOf((byte)'[');
        int space = declaration.LastIndexOf((byte)' ');
        if (bracket > space && bracket >= 0)
            declaration = declaration[..bracket];
        space = declaration.LastIndexOf((byte)' ');
        var name = declaration[(space + 1)..];
        // A record is at most 64 KB.
        if (name.IsEmpty || offset is < 0 or > ushort.MaxValue || size is < 0 or > ushort.MaxValue)
            return false;
        field = (Encoding.UTF8.GetString(name).TrimStart('*'), new TraceField(offset, size, isSigned != 0, locator));
        return true;
    }

    static bool TryParseNumber(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, out int value)
    {
        value = 0;
        int at = text.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(text[(at + key.Length)..], out value, out _);
    }
}
