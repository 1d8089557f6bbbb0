// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Text.RegularExpressions;
using NetStall.Model;
using Xunit;

namespace NetStall.Tests.Architecture;

/// <summary>What the documents name is there.</summary>
public partial class DocumentTests
{
    static readonly string[] Documents =
        [.. Directory.GetFiles(InRepository("docs"), "*.md").Append(InRepository("README.md")).Append(InRepository("CONTRIBUTING.md"))];

    public static TheoryData<string> DocumentNames => [.. Documents.Select(d => Path.GetRelativePath(Samples.Root, d))];

    // `SyscallFrames`, `ContextFlags.Known`, `Verdicts/Mechanisms/`, `BannedSymbols.txt`, `NetStall.Cli -> NetStall.Core`
    [Fact]
    public void Every_name_in_the_architecture_is_a_type_a_member_or_a_file()
    {
        string text = File.ReadAllText(InRepository("docs/architecture.md"));
        var names = InBackticks().Matches(WithoutBlocks(text)).SelectMany(m => m.Groups[1].Value.Split(" -> ")).Where(n => n.Length > 0 && char.IsAsciiLetterUpper(n[0])).Distinct().ToList();

        Assert.True(names.Count > 40, $"only {names.Count} names were found: are they still in backticks?");
        var unknown = names.FindAll(name => !IsFile(name) && !IsTypeOrMember(name));
        Assert.Empty(unknown);
    }

    [Fact]
    public void The_architecture_fits_on_a_few_screens() => Assert.InRange(File.ReadAllLines(InRepository("docs/architecture.md")).Length, 40, 150);

    [Theory]
    [MemberData(nameof(DocumentNames))]
    public void Every_link_leads_somewhere(string document)
    {
        string path = InRepository(document);
        var broken = Link().Matches(File.ReadAllText(path)).Select(m => m.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && target[0] != '#')
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target.Split('#')[0])));

        Assert.Empty(broken);
    }

    [Fact]
    public void The_report_in_the_README_is_one_that_was_really_given()
    {
        string[] blocks = File.ReadAllText(InRepository("README.md")).Split("```");
        string[] shown = blocks[1].Trim().Split('\n', 2);
        string given = File.ReadAllText(InRepository("tests/NetStall.Tests/Golden/gate-6.1-blog.txt"));

        Assert.StartsWith("$ netstall analyze ", shown[0], StringComparison.Ordinal);
        Assert.Contains(OnOneLine(shown[1]), OnOneLine(given), StringComparison.Ordinal);
    }

    // Where lines break depends on the width.
    static string OnOneLine(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex InBackticks();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    static string InRepository(string path) => Path.Combine(Samples.Root, path);

    // A drawing holds no names in backticks, only the three that fence it in.
    static string WithoutBlocks(string markdown)
    {
        string[] parts = markdown.Split("```");
        return string.Join("\n", parts.Where((_, i) => i % 2 == 0));
    }

    static bool IsFile(string name)
    {
        string trimmed = name.TrimEnd('/');
        return Path.Exists(InRepository(trimmed))
            || Path.Exists(InRepository($"src/{trimmed}"))
            || Path.Exists(InRepository($"src/NetStall.Core/{trimmed}"));
    }

    static bool IsTypeOrMember(string name)
    {
        string[] parts = name.Split('.');
        var types = Types.Where(t => t.Name == parts[0]);
        return parts.Length switch
        {
            1 => types.Any(),
            2 => types.Any(t => t.GetMember(parts[1], BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance).Length > 0),
            _ => false,
        };
    }

    static readonly Type[] Types =
        [.. typeof(DocumentTests).Assembly.GetTypes(), .. typeof(KernelEvent).Assembly.GetTypes(), .. typeof(NetStall.Linux.Files.FileBytes).Assembly.GetTypes(), .. typeof(NetStall.Cli.UsageException).Assembly.GetTypes()];
}
