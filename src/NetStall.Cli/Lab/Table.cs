// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli.Lab;

/// <summary>Columns as wide as what stands in them, two spaces between.</summary>
static class Table
{
    public static void Write(TextWriter output, string[] heads, IEnumerable<string[]> rows)
    {
        var all = new List<string[]> { heads };
        all.AddRange(rows);
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (string[] row in all)
            output.WriteLine("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
