// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Ordering;

namespace NetStall.Waits;

/// <summary>A wait of NET_RX, or of a NAPI thread, that has ended.</summary>
public readonly record struct LiveWait(CpuId Cpu, KernelTime Begin, KernelTime End)
{
    public Elapsed Length => End - Begin;
}

/// <summary>Finds waits while a recording goes on, by the rules that judge it afterwards, and keeps nothing but what pends.</summary>
/// <remarks>
/// Raise to entry, told at once; wake-up to switch of NAPI threads, told two rounds later, since the two may stand in two rings.
/// Interrupts that were off raise nothing: they show in the sampler's beat, not here. Not thread-safe.
/// </remarks>
public sealed class LiveWaits : IEventSink
{
    readonly Dictionary<CpuId, NetRxPairing> _pairings = [];
    readonly TimeOrder.Input _threads;
    readonly Elapsed _threshold;
    readonly Action<LiveWait> _onStall;

    /// <param name="names">Of the recording.</param>
    /// <param name="threshold">Waits at or over it are told.</param>
    /// <param name="onStall">Told of each.</param>
    public LiveWaits(NameTable names, Elapsed threshold, Action<LiveWait> onStall)
    {
        _threshold = threshold;
        _onStall = onStall;
        _threads = new TimeOrder(new Threads(this, new NapiThreadWaits(names))).AddInput(isOrdered: false);
    }

    public long Raises => _pairings.Values.Sum(p => p.Raises);
    public long Stalls { get; private set; }

    /// <summary>The longest so far, under the threshold or over it.</summary>
    public Elapsed Worst { get; private set; }

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        if (!_pairings.TryGetValue(e.Cpu, out var pairing))
            _pairings.Add(e.Cpu, pairing = new NetRxPairing());
        switch (e.Kind)
        {
            case EventKind.SoftirqRaise:
                pairing.OnRaise(e);
                return;
            case EventKind.SoftirqEntry:
                Tell(e, pairing.OnEntry(e));
                return;
            case EventKind.SoftirqExit:
                pairing.OnExit();
                return;
            case EventKind.Lost:
                pairing.OnLost();
                break;
            default:
                pairing.OnOther(e);
                break;
        }
        if (e.Kind is EventKind.SchedSwitch or EventKind.SchedWaking or EventKind.Lost)
            _threads.Accept(e, default);
    }

    public void RoundFinished() => _threads.RoundFinished();

    void Tell(in KernelEvent e, KernelTime? since)
    {
        if (since is not { } begin)
            return;
        var wait = new LiveWait(e.Cpu, begin, e.Time);
        Worst = Elapsed.Max(Worst, wait.Length);
        if (wait.Length < _threshold)
            return;
        Stalls++;
        _onStall(wait);
    }

    sealed class Threads(LiveWaits waits, NapiThreadWaits threads) : IEventSink
    {
        public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
        {
            switch (e.Kind)
            {
                case EventKind.SchedWaking:
                    threads.OnWaking(e);
                    break;
                case EventKind.SchedSwitch:
                    waits.Tell(e, threads.OnSwitch(e));
                    break;
                default:
                    threads.OnLost();
                    break;
            }
        }

        public void RoundFinished()
        {
        }
    }
}
