// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace NetStall.Tests.Golden;

/// <summary>Output as it was when somebody last looked at it and found it good.</summary>
/// <remarks>
/// A file that is not there yet is written, and the test fails once, so that it is looked at. <c>make accept</c> writes all that differ: then
/// <c>git diff</c> is the review.
/// </remarks>
static class GoldenFile
{
    /// <summary>Set by <c>make accept</c>.</summary>
    const string Accept = "NETSTALL_ACCEPT";

    /// <param name="name">As in <c>gate-6.1-tp.txt</c>, in tests/NetStall.Tests/Golden.</param>
    /// <param name="actual">What came out.</param>
    public static void Holds(string name, string actual)
    {
        string path = Path.Combine(Samples.Root, "tests", "NetStall.Tests", "Golden", name);
        string? expected = File.Exists(path) ? File.ReadAllText(path) : null;
        if (expected == actual)
            return;
        bool accept = Environment.GetEnvironmentVariable(Accept) is { Length: > 0 };
        if (accept || expected is null)
            File.WriteAllText(path, actual);
        if (accept)
            return;
        Assert.True(expected is not null, $"{name} was not there and has been written: look at it, then run again.");
        // Says where they differ first.
        Assert.Equal(expected, actual);
    }
}
