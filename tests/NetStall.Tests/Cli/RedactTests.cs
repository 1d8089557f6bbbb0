// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary>A redacted report may leave the house: no host, pod, container, file or user code in it.</summary>
public sealed partial class RedactTests : IDisposable
{
    // metrics-agent of tp.data is pid 128.
    const string Container = "db150a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789ab";
    const string Pod = "7c97d8f2-e047-4a92-8e5e-af66f33d81cf";
    const string Map = $"""
        pid:128 /kubepods/burstable/pod{Pod}/{Container}
        container:{Container} secret-space/secret-pod/secret-app
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("netstall-tests-").FullName;
    readonly string _map;

    public RedactTests()
    {
        _map = Path.Combine(_folder, "map.txt");
        File.WriteAllText(_map, Map + "\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static readonly string[] Secrets = ["secret-space", "secret-pod", "secret-app", Pod, Container, Container[..12], "tp.data"];

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void Names_are_in_the_report_without_it_and_hashed_with_it(string format)
    {
        var named = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--cgroup-map", _map, "--format", format);
        var redacted = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--cgroup-map", _map, "--format", format, "--redact");

        Assert.Equal((1, 1), (named.ExitCode, redacted.ExitCode));
        Assert.Contains("secret-space", named.Output, StringComparison.Ordinal);
        Assert.Contains("secret-pod", named.Output, StringComparison.Ordinal);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, redacted.Output, StringComparison.Ordinal));
        Assert.Matches(Hash(), redacted.Output);
        // Who did it is what the report is for.
        Assert.Contains("metrics-agent", redacted.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void A_line_that_could_not_be_read_is_told_by_its_number_alone(string format)
    {
        File.AppendAllText(_map, $"""
            pid:secret-process /x
            pod:{Pod} secret-name
            container:{Container} other-space/other-pod/other-app

            """);
        var named = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--cgroup-map", _map, "--format", format);
        var redacted = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--cgroup-map", _map, "--format", format, "--redact");

        Assert.Contains("secret-process", named.Output, StringComparison.Ordinal);
        Assert.Contains("secret-name", named.Output, StringComparison.Ordinal);
        Assert.Contains($"one name for container {Container[..12]}", named.Output, StringComparison.Ordinal);
        Assert.All([.. Secrets, "secret-process", "secret-name"], secret => Assert.DoesNotContain(secret, redacted.Output, StringComparison.Ordinal));
        Assert.Contains("line 3, column 5: what stands there cannot be used; this line is left out", redacted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_units_name_is_told_to_programs_and_hashed()
    {
        File.WriteAllText(_map, "pid:128 /system.slice/secret-agent.service\n");
        string Unit(params string[] options) =>
            JsonDocument.Parse(Netstall.Run(["analyze", Samples.TracepointsOfTheGate, "--cgroup-map", _map, "--format", "json", .. options]).Output)
                .RootElement.GetProperty("stalls")[0].GetProperty("culprit").GetProperty("unit").GetString()!;

        Assert.Equal("secret-agent.service", Unit());
        Assert.Matches(Hash(), Unit("--redact"));
    }

    [Fact]
    public void Equal_names_stay_equal_in_one_report_and_differ_between_two()
    {
        var one = Pods();
        var other = Pods();

        Assert.Equal(7, one.Count);
        Assert.Single(one.Distinct());
        Assert.NotEqual(one[0], other[0]);
    }

    List<string> Pods()
    {
        var run = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--cgroup-map", _map, "--format", "json", "--redact");
        return [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("stalls").EnumerateArray()
            .Select(stall => stall.GetProperty("culprit").GetProperty("pod").GetProperty("name").GetString()!)];
    }

    [GeneratedRegex("redacted-[0-9a-f]{12}")]
    private static partial Regex Hash();
}
