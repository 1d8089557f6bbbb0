// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>Some events, open on some CPUs. On each CPU all of them write into one ring, that of the first.</summary>
sealed class EventSet : IDisposable
{
    readonly List<PerfEvent> _events = [];
    readonly List<RecordedSpec> _recorded = [];
    readonly List<PerfEvent> _owners = [];
    readonly List<string> _flaws = [];

    /// <summary>As they were opened: what this kernel does not know is left out.</summary>
    public IReadOnlyList<RecordedSpec> Recorded => _recorded;

    /// <summary>The events through which rings are made, one a CPU.</summary>
    public IReadOnlyList<PerfEvent> Owners => _owners;

    /// <summary>What went wrong later, as sentences.</summary>
    public IReadOnlyList<string> Flaws => _flaws;

    /// <exception cref="CannotHereException">This machine or user may not; nothing is left open.</exception>
    public static EventSet Open(IReadOnlyList<PerfEventSpec> wanted, IReadOnlyList<CpuId> cpus)
    {
        var set = new EventSet();
        try
        {
            set.OpenAll([.. wanted], cpus);
            return set;
        }
        catch (SystemCallException e)
        {
            set.Dispose();
            throw PerfRefusal.Explain(e);
        }
    }

    public void Enable(Func<PerfEventSpec, bool> which) => Each(which, e => e.Enable());

    public void Disable() => Each(_ => true, e => e.Disable());

    /// <summary>After its rings have been made.</summary>
    public void JoinRings()
    {
        foreach (var e in _events)
        {
            var owner = _owners.First(o => o.Cpu == e.Cpu);
            if (e != owner)
                e.WriteInto(owner);
        }
    }

    public void Dispose()
    {
        foreach (var e in _events)
            e.Dispose();
    }

    void OpenAll(List<PerfEventSpec> specs, IReadOnlyList<CpuId> cpus)
    {
        var ids = specs.ConvertAll(_ => new List<ulong>());
        foreach (var cpu in cpus)
        {
            for (int i = 0; i < specs.Count; i++)
            {
                var e = OpenOrDegrade(specs, i, cpu);
                _events.Add(e);
                ids[i].Add(e.ReadId());
                if (i == 0)
                    _owners.Add(e);
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

    void Each(Func<PerfEventSpec, bool> which, Action<PerfEvent> what)
    {
        foreach (var e in _events)
        {
            if (!which(e.Spec))
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
