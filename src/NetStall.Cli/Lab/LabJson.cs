// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text.Json;
using NetStall.Linux.Lab;
using NetStall.Model;
using NetStall.Reports;
using NetStall.Verdicts;

namespace NetStall.Cli.Lab;

/// <summary>A run of the lab as JSON, <c>netstall.lab/1</c>. Times in nanoseconds of CLOCK_MONOTONIC, lengths in milliseconds; unknown is null.</summary>
static class LabJson
{
    public static void Write(IReadOnlyList<LabMatrix.Line> lines, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("schema", "netstall.lab/1");
        json.WriteBoolean("right", lines.All(l => l.Outcome is not { IsRight: false }));
        json.WriteStartArray("experiments");
        foreach (var line in lines)
            Write(json, line);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, LabMatrix.Line line)
    {
        json.WriteStartObject();
        json.WriteString("kind", line.Kind.Name);
        json.WriteString("packetsBy", line.Steering == Steering.Softirq ? "softirq" : "napi-thread");
        json.WriteString("cannotHere", line.CannotHere);
        if (line.Outcome is { } outcome)
        {
            Write(json, outcome);
        }
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Outcome outcome)
    {
        json.WriteString("kernel", outcome.Report.Recording.KernelRelease);
        json.WriteBoolean("gate", outcome.Kernel.HasGate);
        json.WriteBoolean("gateObserved", outcome.Kernel.GateIsObserved);
        json.WriteBoolean("preemptible", outcome.Kernel.IsPreemptible);
        json.WriteString("mustBe", outcome.Expectation is Expectation.Stalls stalls ? stalls.Mechanism.Name() : null);
        json.WriteString("whyNothing", outcome.Expectation is Expectation.Nothing nothing ? nothing.Why : null);
        json.WriteBoolean("right", outcome.IsRight);
        json.WriteStartArray("faults");
        foreach (string fault in outcome.Faults)
            json.WriteStringValue(fault);
        json.WriteEndArray();
        Milliseconds(json, "medianErrorMs", outcome.MedianError);
        json.WriteStartArray("shots");
        foreach (var shot in outcome.Shots)
            Write(json, shot);
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, Shot shot)
    {
        json.WriteStartObject();
        json.WriteNumber("cpu", shot.Truth.Cpu.Value);
        json.WriteString("comm", shot.Truth.Comm);
        json.WriteNumber("pid", shot.Truth.Pid.Value);
        json.WriteNumber("tid", shot.Truth.Tid.Value);
        json.WriteString("syscall", shot.Truth.Syscall);
        json.WriteNumber("beginNs", shot.Truth.Begin.Nanoseconds);
        Milliseconds(json, "ms", shot.Truth.Length);
        Milliseconds(json, "pendingMs", shot.Witness.Pending);
        json.WriteNumber("packetsLate", shot.Witness.Late);
        Milliseconds(json, "stealMs", shot.Steal);
        if (shot.Said is not { } said)
        {
            json.WriteNull("said");
        }
        else
        {
            json.WriteStartObject("said");
            json.WriteString("mechanism", said.Mechanism.Name());
            json.WriteString("evidence", JsonReport.EvidenceName(said.Wait.Evidence));
            json.WriteString("confidence", JsonReport.ConfidenceName(said.Confidence));
            Milliseconds(json, "ms", said.Wait.Length);
            Milliseconds(json, "offByMs", shot.LengthError);
            json.WriteString("comm", said.Culprit?.Comm);
            if (said.Culprit?.Tid is { } tid)
                json.WriteNumber("tid", tid.Value);
            else
                json.WriteNull("tid");
            json.WriteString("syscall", said.Culprit?.Syscall);
            json.WriteString("function", said.Culprit?.Function);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static void Milliseconds(Utf8JsonWriter json, string name, Elapsed? value)
    {
        if (value is { } elapsed)
            json.WriteNumber(name, Math.Round(elapsed.Milliseconds, 6));
        else
            json.WriteNull(name);
    }
}
