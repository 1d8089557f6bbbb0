// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace NetStall.Tests.Texts;

public class CorpusReadmeTests
{
    [Theory]
    [InlineData("perf-script")]
    [InlineData("ftrace")]
    public void The_readme_says_of_each_text_what_it_is(string folder)
    {
        string readme = Encoding.UTF8.GetString(CorpusText.Read("README.md"));
        string section = readme[readme.IndexOf($"## {folder}\n", StringComparison.Ordinal)..];
        int next = section.IndexOf("\n## ", StringComparison.Ordinal);
        if (next > 0)
            section = section[..next];
        Assert.Equal(CorpusText.Names(folder), Regex.Matches(section, @"^\| `([^`]+\.txt)` \|", RegexOptions.Multiline).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }
}
