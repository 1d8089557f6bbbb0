// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Budgets;
using NetStall.Reports;
using NetStall.Tests.Cli;
using NetStall.Verdicts;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Reports;

public sealed class ReportSchemaTests
{
    static readonly string SchemaFile = Path.Combine(Samples.Root, "docs", "report.schema.json");

    static void Fits(params string[] arguments)
    {
        var answer = Netstall.Run(["analyze", "--format", "json", .. arguments]);
        var schema = JsonSchema.Load(SchemaFile);
        bool fits = schema.Holds(JsonDocument.Parse(answer.Output).RootElement);
        Assert.True(fits, string.Join("\n", schema.Errors));
    }

    [Fact]
    public void Exact_waits_fit_the_schema() => Fits(Samples.TracepointsOfTheGate);

    [Fact]
    public void Waits_from_samples_with_stacks_fit_the_schema() => Fits(Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate);

    [Fact]
    public void Several_reports_fit_the_schema() => Fits(Samples.TracepointsOfTheGate, Samples.SamplesOfTheGate);

    [Fact]
    public void A_redacted_report_fits_the_schema() => Fits(Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate, "--redact");

    [Fact]
    public void A_report_that_strays_is_caught()
    {
        string report = Netstall.Run("analyze", "--format", "json", Samples.TracepointsOfTheGate).Output;

        Assert.False(JsonSchema.Load(SchemaFile).Holds(JsonDocument.Parse(report.Replace("\"raise-to-entry\"", "\"guess\"", StringComparison.Ordinal)).RootElement));
        Assert.False(JsonSchema.Load(SchemaFile).Holds(JsonDocument.Parse(report.Replace("\"upTo\"", "\"perhaps\"", StringComparison.Ordinal)).RootElement));
    }

    [Fact]
    public void The_schema_knows_every_word_that_a_report_may_choose()
    {
        Assert.Equal(Enum.GetValues<Mechanism>().Select(m => m.Name()).Order(StringComparer.Ordinal), Choices("stall", "mechanism"));
        Assert.Equal(Enum.GetValues<WaitEvidence>().Select(JsonReport.EvidenceName).Order(StringComparer.Ordinal), Choices("stall", "evidence"));
        Assert.Equal(Enum.GetValues<Confidence>().Select(JsonReport.ConfidenceName).Order(StringComparer.Ordinal), Choices("stall", "confidence"));
        Assert.Equal(Enum.GetValues<HolderKind>().Select(JsonReport.HolderName).Order(StringComparer.Ordinal), Choices("budgetEntry", "holder"));
    }

    [Fact]
    public void Every_property_of_the_schema_but_the_join_with_probes_is_required_and_none_may_be_added()
    {
        var objects = Definitions().EnumerateObject().Where(d => d.Value.TryGetProperty("properties", out _)).ToList();

        Assert.True(objects.Count >= 8);
        Assert.All(objects, o =>
        {
            Assert.False(o.Value.GetProperty("additionalProperties").GetBoolean());
            Assert.Equal(o.Value.GetProperty("properties").EnumerateObject().Select(p => p.Name).Where(n => n != "probe"), o.Value.GetProperty("required").EnumerateArray().Select(r => r.GetString()!));
        });
    }

    [Fact]
    public void The_budget_of_every_stall_adds_up_to_its_wait()
    {
        var report = JsonDocument.Parse(Netstall.Run("analyze", "--format", "json", "--threshold", "1ms", Samples.TracepointsOfTheGate).Output).RootElement;
        var stalls = report.GetProperty("stalls").EnumerateArray().ToList();

        Assert.True(stalls.Count > 20, $"{stalls.Count} stalls");
        Assert.All(stalls, s => Assert.Equal(s.GetProperty("waitMs").GetDecimal(), s.GetProperty("budget").EnumerateArray().Sum(b => b.GetProperty("ms").GetDecimal())));
    }

    static JsonElement Definitions() => JsonDocument.Parse(File.ReadAllText(SchemaFile)).RootElement.GetProperty("$defs");

    static IEnumerable<string> Choices(string definition, string property) =>
        Definitions().GetProperty(definition).GetProperty("properties").GetProperty(property).GetProperty("enum")
            .EnumerateArray().Select(e => e.GetString()!).Order(StringComparer.Ordinal);
}
