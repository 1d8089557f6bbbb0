// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>The events that this kernel has of those that we want.</summary>
sealed class ChosenEvents
{
    readonly List<PerfEventSpec> _tracepoints = [];
    readonly List<TracepointFormat> _formats = [];

    ChosenEvents(PerfEventSpec sampler, string why, ReadOnlyMemory<byte> tracingData)
    {
        Sampler = sampler;
        SamplerReason = why;
        TracingData = tracingData;
    }

    public PerfEventSpec Sampler { get; }

    /// <summary>Why that one, as a sentence.</summary>
    public string SamplerReason { get; }
    public IReadOnlyList<PerfEventSpec> Tracepoints => _tracepoints;

    /// <summary>The tracepoints' formats, as a file holds them.</summary>
    public ReadOnlyMemory<byte> TracingData { get; private set; }

    /// <exception cref="CannotHereException">This machine or user may not record.</exception>
    public static ChosenEvents Of(RecorderOptions options, CpuId anyCpu)
    {
        var tracefs = Tracefs.Find();
        var (sampler, why) = ChooseSampler(options.Frequency, anyCpu);
        var chosen = new ChosenEvents(sampler, why, default);
        RecordedEvents.Wanted[] wanted = [.. RecordedEvents.Needed, .. RecordedEvents.Welcome, .. options.SystemCalls ? RecordedEvents.SystemCalls : []];
        foreach (var tracepoint in wanted)
        {
            if (!tracefs.Has(tracepoint.System, tracepoint.Name))
            {
                if (RecordedEvents.Needed.Contains(tracepoint))
                    throw new CannotHereException($"This kernel has no tracepoint {tracepoint.FullName}, without which no wait can be told: take a kernel with CONFIG_TRACEPOINTS, all distributions' have it.");
                continue;
            }
            chosen._tracepoints.Add(RecordedEvents.Of(tracefs, tracepoint));
            chosen._formats.Add(tracefs.FormatOf(tracepoint.System, tracepoint.Name));
        }
        chosen.TracingData = TracingDataWriter.Write(tracefs.HeaderPage, tracefs.HeaderEvent, chosen._formats, Environment.SystemPageSize);
        return chosen;
    }

    static (PerfEventSpec, string Why) ChooseSampler(int frequency, CpuId cpu)
    {
        try
        {
            using (PerfEvent.Open(RecordedEvents.Cycles(frequency), cpu))
                return (RecordedEvents.Cycles(frequency), "The CPU's cycle counter interrupts by NMI, so that code with interrupts off is sampled too.");
        }
        catch (SystemCallException e) when (e.Errno is Errno.NoEntry or Errno.NotSupported or Errno.NoDevice or Errno.Invalid)
        {
            return (RecordedEvents.Clock(frequency), "This machine has no cycle counter that it lets us use (most virtual machines have none), so a timer samples: where interrupts are off it leaves a hole.");
        }
        catch (SystemCallException e)
        {
            throw PerfRefusal.Explain(e);
        }
    }
}
