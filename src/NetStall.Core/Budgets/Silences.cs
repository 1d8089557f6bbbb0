// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Budgets;

/// <summary>What the absence of events says of a wait's pieces.</summary>
static class Silences
{
    // A beat was due and did not come, nor did anything else: interrupts were off, or the CPU did not run.
    public static void Mark(List<Piece> pieces, Elapsed beat)
    {
        var limit = new Elapsed(Math.Max(beat.Nanoseconds * 5 / 2, 2_000_000));
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            // Softirqs run with interrupts on; hard interrupts do not.
            if (piece.Length < limit || piece.Kind is HolderKind.Hardirq or HolderKind.Idle || !piece.Task.IsKnown)
                continue;
            piece.Kind = HolderKind.Silent;
            pieces[i] = piece;
        }
    }

    // Ticks come every 1 to 10 ms on a busy CPU, and most of them raise a softirq.
    public static Elapsed UneventfulTime(List<Piece> pieces)
    {
        long sum = 0;
        foreach (var piece in pieces)
        {
            if (piece.Length.Nanoseconds >= 10_500_000 && piece.Kind != HolderKind.Idle)
                sum += piece.Length.Nanoseconds;
        }
        return new Elapsed(sum);
    }

    /// <summary>Whether the late sample came off the beat: then the next one comes in less than a period. Null when there is no next one.</summary>
    public static bool? IsOffBeat(List<SampleMark> samples, in SampleMark late, Elapsed period)
    {
        foreach (var sample in samples)
        {
            if (sample.Time > late.Time)
                return (sample.Time - late.Time).Nanoseconds * 100 < period.Nanoseconds * 92;
        }
        return null;
    }
}
