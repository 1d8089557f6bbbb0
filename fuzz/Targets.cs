// SPDX-License-Identifier: Apache-2.0
using NetStall.Collapse;
using NetStall.Ftrace;
using NetStall.Linux.Compression;
using NetStall.Ordering;
using NetStall.PerfData;
using NetStall.PerfScript;
using NetStall.Recordings;
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
            Judge(reader);
        },
        ["perf-script"] = bytes => Judge(new PerfScriptReader(new MemoryBytes("fuzz", bytes))),
        ["ftrace"] = bytes => Judge(new FtraceReader(new MemoryBytes("fuzz", bytes))),
        ["collapse"] = bytes =>
        {
            foreach (var form in Enum.GetValues<CollapseForm>())
                CollapseText.Run(new MemoryBytes("fuzz", bytes), Stream.Null, form);
        },
        ["kallsyms"] = bytes => Kallsyms.Parse(bytes).Function(0xffffffff81000100),
        ["cgroup-map"] = bytes => CgroupMap.Parse(bytes, new FlawList()),
        ["elf"] = bytes => ElfSymbols.Read(new MemoryBytes("fuzz", bytes)),
        ["perf-map"] = bytes => PerfMap.Parse(bytes),
    };

    // A refusal is an answer. A report must keep its promise: every budget adds up.
    static void Judge(IRecordingReader reader)
    {
        try
        {
            var diagnosis = new Diagnosis(reader.Recording, DiagnosisOptions.Default);
            var order = new TimeOrder(diagnosis);
            var door = order.AddInput(isOrdered: false);
            reader.ReadTo(door);
            order.Finish();
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
