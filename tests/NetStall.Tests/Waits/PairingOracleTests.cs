// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Waiting;

/// <summary>The pairing against a machine that does what kernel/softirq.c does with its mask of pending vectors.</summary>
public class PairingOracleTests
{
    /// <summary>A raise: of which vector, by an interrupt or by the code that runs.</summary>
    readonly record struct Raise(int Vector, bool ByInterrupt);

    /// <summary>One call of handle_softirqs: what is raised before it, and then in each gap and each handler it comes to, in turn.</summary>
    sealed record Round(Raise[] Before, Raise[][] Within, bool Switch, bool Lost);

    static readonly Gen<Raise> genRaise = Gen.Select(Gen.OneOf(Gen.Const(3), Gen.Const(3), Gen.Const(1), Gen.Const(2), Gen.Const(7)), Gen.Bool, (vector, byInterrupt) => new Raise(vector, byInterrupt));

    static readonly Gen<Round[]> genRounds = Gen.Select(
        genRaise.Array[0, 3], genRaise.Array[0, 2].Array[0, 12], Gen.Int[0, 3], Gen.Int[0, 15],
        (before, within, switches, lost) => new Round(before, within, switches == 0, lost == 0)).Array[1, 12];

    /// <summary>What was served: since when it truly waited, and what the pairing said.</summary>
    readonly record struct Service(KernelTime At, KernelTime? Truth, KernelTime? Said);

    sealed class Machine(bool flags)
    {
        const int MaxRestart = 10;

        readonly NetRxPairing _pairing = new();
        readonly KernelTime?[] _pendingSince = new KernelTime?[SoftirqVectors.Count];
        long _now = 1000;

        public List<Service> Services { get; } = [];
        public NetRxPairing Pairing => _pairing;
        public long Raised { get; private set; }

        public void Run(Round round, bool restarts)
        {
            if (round.Switch)
                Give(KernelEvent.Switch(Head(0), 120, SwitchDoor.Runnable, default, new Tid(8), 120, default));
            foreach (var raise in round.Before)
                Do(raise, 0);
            if (round.Lost)
                Give(KernelEvent.LostOrThrottled(Head(0), EventKind.Lost, 1));
            var within = new Queue<Raise[]>(round.Within);
            for (int restart = 0; restart < MaxRestart; restart++)
            {
                var pass = _pendingSince.ToArray();
                Array.Clear(_pendingSince);
                if (pass.All(since => since is null))
                    break;
                // Interrupts are on again from here.
                Within(within, ContextFlags.SoftIrq | ContextFlags.HardIrq, inHandler: false);
                for (int vector = 0; vector < pass.Length; vector++)
                {
                    if (pass[vector] is not { } since)
                        continue;
                    var said = Give(KernelEvent.Softirq(Head(ContextFlags.SoftIrq), EventKind.SoftirqEntry, (SoftirqVector)vector));
                    if (vector == (int)SoftirqVector.NetRx)
                        Services.Add(new Service(new KernelTime(_now), since, said));
                    Within(within, ContextFlags.SoftIrq, inHandler: true);
                    Give(KernelEvent.Softirq(Head(ContextFlags.SoftIrq), EventKind.SoftirqExit, (SoftirqVector)vector));
                }
                if (!restarts)
                    break;
            }
            // Something outside of softirqs is seen before the next round.
            Give(KernelEvent.Other(Head(0)));
        }

        void Within(Queue<Raise[]> within, ContextFlags context, bool inHandler)
        {
            if (!within.TryDequeue(out var raises))
                return;
            foreach (var raise in raises)
                Do(raise with { ByInterrupt = raise.ByInterrupt || !inHandler }, context);
        }

        void Do(Raise raise, ContextFlags context)
        {
            Give(KernelEvent.Softirq(Head(raise.ByInterrupt ? context | ContextFlags.HardIrq : context), EventKind.SoftirqRaise, (SoftirqVector)raise.Vector));
            _pendingSince[raise.Vector] ??= new KernelTime(_now);
            if (raise.Vector == (int)SoftirqVector.NetRx)
                Raised++;
        }

        KernelTime? Give(in KernelEvent e) => PairingFeed.Give(_pairing, e);

        EventHead Head(ContextFlags context) => new(new KernelTime(++_now), default, new Pid(7), new Tid(7), flags ? ContextFlags.Known | context : 0);
    }

    static Machine RunAll(Round[] rounds, bool flags = true, bool restarts = true)
    {
        var machine = new Machine(flags);
        foreach (var round in rounds)
            machine.Run(round, restarts);
        return machine;
    }

    [Fact]
    public void No_wait_is_longer_than_the_truth() =>
        genRounds.Sample(rounds => RunAll(rounds).Services.All(s => s.Said is not { } said || said >= s.Truth), iter: 20_000);

    [Fact]
    public void No_wait_is_longer_than_the_truth_without_flags() =>
        genRounds.Sample(rounds => RunAll(rounds, flags: false).Services.All(s => s.Said is not { } said || said >= s.Truth), iter: 20_000);

    [Fact]
    public void Every_wait_is_the_true_one_where_passes_can_be_told_apart_and_nothing_is_raised_between_mask_and_entry() =>
        genRounds.Select(rounds => Array.ConvertAll(rounds, WithoutGapsAndLosses))
            .Sample(rounds => RunAll(rounds, restarts: false).Services.All(s => s.Said == s.Truth), iter: 20_000);

    [Fact]
    public void Every_raise_and_every_entry_is_counted() =>
        genRounds.Sample(rounds =>
        {
            var machine = RunAll(rounds);
            return machine.Pairing.Raises == machine.Raised
                && machine.Pairing.Served == machine.Services.Count(s => s.Said is not null)
                && machine.Pairing.Unpaired >= machine.Services.Count(s => s.Said is null);
        });

    // Every second entry of Within is a handler only when one vector is pending; so gaps are emptied by leaving out what comes first in a pass.
    static Round WithoutGapsAndLosses(Round round) => round with
    {
        Lost = false,
        Within = [.. round.Within.Select((raises, i) => i == 0 ? [] : raises)],
    };
}
