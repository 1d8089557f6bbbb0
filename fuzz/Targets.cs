// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Collapse;
using NetStall.Ftrace;
using NetStall.Linux.Compression;
using NetStall.Ordering;
using NetStall.PerfData;
using NetStall.PerfScript;
using NetStall.Probing;
using NetStall.Recordings;
using NetStall.Reports;
using NetStall.Symbols;
using NetStall.Verdicts;
using NetStall.Workloads;

namespace NetStall.Fuzz;

/// <summary>The parsers, each through the door that users come by.</summary>
static class Targets
{
    public static readonly Dictionary<string, Action<byte[]>> All = new()
    {
        ["perf-data"] = bytes =>
        {
            var reader = new PerfDataReader(new MemoryBytes("fuzz", bytes), () => new ZstdStream());
            reader.Recording.Frames = new RecordedSymbols(reader.Spaces, () => null);
            Judge(reader, isOrdered: bytes.Length % 2 == 0);
        },
        ["perf-script"] = bytes => Judge(new PerfScriptReader(new MemoryBytes("fuzz", bytes)), isOrdered: true),
        ["ftrace"] = bytes => Judge(new FtraceReader(new MemoryBytes("fuzz", bytes)), isOrdered: true),
        ["collapse"] = bytes =>
        {
            foreach (var form in Enum.GetValues<CollapseForm>())
                CollapseText.Run(new MemoryBytes("fuzz", bytes), Stream.Null, form);
        },
        ["kallsyms"] = bytes => Kallsyms.Parse(bytes).TryFind(0xffffffff81000100, out _),
        ["cgroup-map"] = bytes => CgroupMap.Parse(bytes, new FlawList()),
        ["elf"] = bytes => ElfSymbols.Read(new MemoryBytes("fuzz", bytes)),
        ["perf-map"] = bytes => PerfMap.Parse(bytes),
        ["probe"] = Join,
    };

    // A file may be either side of a join; what is damaged is one of them.
    static void Join(byte[] bytes)
    {
        var (probe, node) = (JsonProbeReader.Read(Seeds.Probe, "probe"), Seeds.Node);
        try
        {
            if (bytes.AsSpan().IndexOf("netstall.probe"u8) >= 0)
            {
                probe = JsonProbeReader.Read(bytes, "fuzz");
            }
            else
            {
                using var document = JsonDocument.Parse(bytes);
                node = JsonReportReader.Read(document, "fuzz").Select(r => r.Node).FirstOrDefault(node);
            }
        }
        catch (Exception e) when (e is UnreadableRecordingException or JsonException)
        {
            return;
        }
        var join = WitnessJoin.Of(node, probe);
        if (join.Same.Count + join.NodeOnly.Count != node.Stalls.Count || join.Same.Count + join.ProbeOnly.Count != probe.Stalls.Count)
            throw new InvalidOperationException("the join loses a stall, or tells one twice");
    }

    // Both ways on which events come to the judge. A refusal is an answer. A report must keep its promise: every budget adds up.
    static void Judge(IRecordingReader reader, bool isOrdered)
    {
        try
        {
            var diagnosis = new Diagnosis(reader.Recording, DiagnosisOptions.Default);
            if (isOrdered)
            {
                var order = new TimeOrder(diagnosis);
                reader.ReadTo(order.AddInput(isOrdered: false));
                order.Finish();
            }
            else
            {
                reader.Recording.SideRecordsFollow = true;
                reader.ReadTo(diagnosis);
            }
            foreach (var stall in diagnosis.Conclude().Stalls)
            {
                if (stall.Budget.Sum(_ => true) != stall.Wait.Length)
                    throw new InvalidOperationException($"the budget of a wait of {stall.Wait.Length} adds up to {stall.Budget.Sum(_ => true)}");
            }
        }
        catch (UnreadableRecordingException)
        {
        }
    }
}
