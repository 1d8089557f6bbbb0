// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>The events of a recording, open on every CPU of it; one ring a CPU takes what all of them write.</summary>
sealed class OpenedEvents : IDisposable
{
    readonly List<PerfEvent> _events = [];
    readonly List<RecordedSpec> _recorded = [];
    readonly List<PerfRing> _rings = [];
    readonly List<string> _flaws = [];

    OpenedEvents(string sampler, string why) => (Sampler, SamplerReason) = (sampler, why);

    public IReadOnlyList<RecordedSpec> Recorded => _recorded;
    public IReadOnlyList<PerfRing> Rings => _rings;
    public IReadOnlyList<TracepointFormat> Formats { get; private set; } = [];
    public IReadOnlyList<string> Flaws => _flaws;
    public string Sampler { get; }
    public string SamplerReason { get; }

    /// <exception cref="CannotHereException">This machine or user may not record; nothing is left open.</exception>
    public static OpenedEvents Open(Tracefs tracefs, RecorderOptions options, IReadOnlyList<CpuId> cpus)
    {
        var (sampler, why) = ChooseSampler(options.Frequency, cpus[0]);
        var opened = new OpenedEvents(sampler.Name, why);
        try
        {
            opened.OpenAll(tracefs, sampler, options, cpus);
            return opened;
        }
        catch (SystemCallException e)
        {
            opened.Dispose();
            throw Explain(e);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>From here on names, forks and maps are told; samples and tracepoints are not yet.</summary>
    public void EnableSideRecords() => Each(e => e.Spec.SideRecords, e => e.Enable());

    public void EnableRest() => Each(e => !e.Spec.SideRecords, e => e.Enable());

    public void Disable() => Each(_ => true, e => e.Disable());

    public void Dispose()
    {
        foreach (var ring in _rings)
            ring.Dispose();
        foreach (var e in _events)
            e.Dispose();
    }

    void OpenAll(Tracefs tracefs, PerfEventSpec sampler, RecorderOptions options, IReadOnlyList<CpuId> cpus)
    {
        var formats = new List<TracepointFormat>();
        var specs = new List<PerfEventSpec> { RecordedEvents.SideRecords with { WakeupWatermark = (uint)options.RingSize / 4 }, sampler };
        RecordedEvents.Wanted[] wanted = [.. RecordedEvents.Needed, .. RecordedEvents.Welcome, .. options.SystemCalls ? RecordedEvents.SystemCalls : []];
        foreach (var tracepoint in wanted)
        {
            if (!tracefs.Has(tracepoint.System, tracepoint.Name))
            {
                if (RecordedEvents.Needed.Contains(tracepoint))
                    throw new CannotHereException($"This kernel has no tracepoint {tracepoint.FullName}, without which no wait can be told: take a kernel with CONFIG_TRACEPOINTS, all distributions' have it.");
                continue;
            }
            specs.Add(RecordedEvents.Of(tracefs, tracepoint));
            formats.Add(tracefs.FormatOf(tracepoint.System, tracepoint.Name));
        }
        Formats = formats;

        var ids = specs.ConvertAll(_ => new List<ulong>());
        foreach (var cpu in cpus)
        {
            PerfEvent? owner = null;
            for (int i = 0; i < specs.Count; i++)
            {
                var e = OpenOrDegrade(specs, i, cpu);
                _events.Add(e);
                ids[i].Add(e.ReadId());
                if (owner is not null)
                {
                    e.WriteInto(owner);
                    continue;
                }
                owner = e;
                _rings.Add(new PerfRing(e, options.RingSize));
            }
        }
        for (int i = 0; i < specs.Count; i++)
            _recorded.Add(new RecordedSpec(specs[i], [.. ids[i]]));
    }

    // What a kernel does not know it refuses as invalid: cgroups came with 5.7, records about programs with 5.1.
    static PerfEvent OpenOrDegrade(List<PerfEventSpec> specs, int i, CpuId cpu)
    {
        PerfEventSpec[] simpler =
        [
            specs[i],
            specs[i] with { Cgroup = false, CgroupRecords = false },
            specs[i] with { Cgroup = false, CgroupRecords = false, ProgramRecords = false },
        ];
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                var e = PerfEvent.Open(simpler[attempt], cpu);
                specs[i] = simpler[attempt];
                return e;
            }
            catch (SystemCallException e) when (e.Errno is Errno.Invalid && attempt + 1 < simpler.Length)
            {
            }
        }
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
            throw Explain(e);
        }
    }

    static CannotHereException Explain(SystemCallException e) => e.Errno switch
    {
        Errno.NotPermitted or Errno.AccessDenied => new CannotHereException(
            "The kernel does not let this user record all CPUs: run it with sudo, or give it CAP_PERFMON (since 5.8; CAP_SYS_ADMIN before), or set kernel.perf_event_paranoid to -1.", e),
        Errno.TooManyFiles => new CannotHereException($"There are too few file descriptors for an event on every CPU: raise the limit with `ulimit -n 65536`, or record fewer CPUs with -C. ({e.Message})", e),
        Errno.OutOfMemory => new CannotHereException($"There is not enough memory for the rings: make them smaller, or record fewer CPUs with -C. ({e.Message})", e),
        Errno.NoDevice => new CannotHereException($"A CPU to be recorded is not on line: see /sys/devices/system/cpu/online. ({e.Message})", e),
        Errno.NotImplemented => new CannotHereException("This kernel is built without perf events (CONFIG_PERF_EVENTS), or a seccomp filter forbids them, as Docker's does: run it on the node itself, or in a privileged container.", e),
        _ => new CannotHereException($"The kernel refuses to record: {e.Message}. Please report it with the kernel's version.", e),
    };

    void Each(Func<PerfEvent, bool> which, Action<PerfEvent> what)
    {
        foreach (var e in _events)
        {
            if (!which(e))
                continue;
            try
            {
                what(e);
            }
            catch (SystemCallException failure)
            {
                // Its CPU went off line meanwhile; the others go on.
                _flaws.Add($"{failure.Message}.");
            }
        }
    }
}
