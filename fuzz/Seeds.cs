// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Text.Json;
using NetStall.Probing;
using NetStall.Reports;

namespace NetStall.Fuzz;

/// <summary>What damage begins from: the real files of this repository, or a few lines where a format is lines.</summary>
static class Seeds
{
    public static byte[][] Of(string target) => target switch
    {
        "perf-data" => [.. Corpus("perf-data", "*.data"), .. Corpus("stalls", "*.data").Where(f => f.Length < 100_000)],
        "perf-script" => Corpus("perf-script", "*.txt"),
        "ftrace" => Corpus("ftrace", "*.txt"),
        "collapse" => Corpus("perf-script", "*.txt"),
        "elf" => [File.ReadAllBytes("/bin/true")],
        "kallsyms" => [[.. """
            ffffffff81000000 T _text
            ffffffff81000100 T do_syscall_64
            ffffffff81000100 t __pfx_do_syscall_64
            ffffffff81000200 t memcg_stat_show.isra.0
            ffffffffc0201000 t nft_do_chain	[nf_tables]
            ffffffffc0a00000 t bpf_prog_592563d74a65695f_main	[bpf]
            ffffffff82000000 D _sdata
            ffffffff81e00000 T _etext

            """u8]],
        "perf-map" => [[.. """
            7f3a4c000000 40 Interpreter
            7f3a4c000040 1a0 Ljava/lang/String;::hashCode
            0x7f3a4c0001e0 20 py::main:/app/main.py

            """u8]],
        "cgroup-map" => [[.. """
            # made on node-17
            365 /kubepods/burstable/pod7c97d8f2-e047-4a92-8e5e-af66f33d81cf/db150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1b
            pid:8774 /kubepods/besteffort/pod7c97d8f2-e047-4a92-8e5e-af66f33d81cf/db150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1b
            container:db150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1bdb150a1b demo-ns/staller/app
            pod:7c97d8f2-e047-4a92-8e5e-af66f33d81cf demo-ns/staller

            """u8]],
        "probe" => [Probe, Report],
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, "There is no such target."),
    };

    public static byte[] Probe { get; } = [.. """
        { "schema": "netstall.probe/1",
          "target": { "address": "10.0.0.2", "transport": "tcp", "port": 443, "intervalMs": 10, "thresholdMs": 30 },
          "run": { "beginNs": 1000000000, "beginUtc": "2026-11-22T12:31:28.640672480Z", "endNs": 61000000000 },
          "stalls": [
            { "beginEarliestNs": 5000000000, "beginLatestNs": 5010000000, "beginUnseen": false, "endNs": 5060000000, "releaseSpreadMs": 0.1, "usualRttMs": 0.2,
              "late": 5, "lost": 0, "timely": 3, "lateFlows": [1, 2], "reach": "one-queue" },
            { "beginEarliestNs": 9000000000, "beginLatestNs": 9010000000, "beginUnseen": true, "endNs": 9043000000, "releaseSpreadMs": 0.1, "usualRttMs": 0.2,
              "late": 4, "lost": 1, "timely": 0, "lateFlows": [0], "reach": "unknown" } ],
          "own": { "longest": [ { "beginNs": 7000000000, "endNs": 7020000000 } ] } }
        """u8];

    static byte[] Report { get; } = [.. """
        { "schema": "netstall.report/1", "recording": { "clock": "CLOCK_MONOTONIC" },
          "stalls": [
            { "id": 1, "cpu": 3, "beginNs": 105004000000, "endNs": 105060100000, "beginUtc": "2026-11-22T12:31:32.700000000Z", "upTo": false, "mechanism": "bottom-halves-off", "culprit": { "comm": "x" } },
            { "id": 2, "cpu": 3, "beginNs": 109003000000, "endNs": 109043100000, "beginUtc": null, "upTo": true, "mechanism": "unknown", "culprit": null } ] }
        """u8];

    /// <summary>What the report says.</summary>
    public static NodeWitness Node { get; } = JsonReportReader.Read(JsonDocument.Parse(Report), "report")[0].Node;

    static byte[][] Corpus(string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Here())!, "..", "tests", "NetStall.Tests", "Corpus", folder), pattern).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    static string Here([CallerFilePath] string file = "") => file;
}
