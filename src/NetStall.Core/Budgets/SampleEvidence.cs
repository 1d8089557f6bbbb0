// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;

namespace NetStall.Budgets;

/// <summary>What samples say of a wait's pieces: in which mode a task was, in which system call, or which interrupt was on top of it.</summary>
sealed class SampleEvidence(Recording recording, StackReader stacks)
{
    /// <summary>Fills in what the events around each piece left open. A sample speaks for pieces of its own task, up to the next switch.</summary>
    public void Refine(List<Piece> pieces, List<SampleMark> samples)
    {
        if (samples.Count == 0)
            return;
        bool softirqsTold = recording.Kinds.Has(EventKind.SoftirqEntry) && recording.Kinds.Has(EventKind.SoftirqExit);
        int next = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            while (next < samples.Count && samples[next].Time < piece.To)
                next++;
            if (piece.Kind is HolderKind.Hardirq or HolderKind.Softirq || piece.Task.IsIdle || !piece.Task.IsKnown)
                continue;

            SampleMark sample;
            if (next < samples.Count && Speaks(samples[next], piece))
                sample = samples[next];
            else if (next > 0 && Speaks(samples[next - 1], piece))
                sample = samples[next - 1];
            else
                continue;

            var reading = sample.Reading;
            if (piece.Kind == HolderKind.Silent)
            {
                // The late beat: what stands on top of the task came only when the silence was over.
                if (reading.HasTaskFrames)
                    piece.Syscall ??= stacks.SyscallOf(sample.Chain, reading);
                pieces[i] = piece;
                continue;
            }
            switch (reading.Layer)
            {
                case StackLayer.Softirq when !softirqsTold:
                    piece.Kind = HolderKind.Softirq;
                    piece.Name = reading.Vector?.KernelName();
                    break;
                case StackLayer.Hardirq when !recording.Kinds.Has(EventKind.HardirqEntry) && !reading.HasTaskFrames:
                    piece.Kind = HolderKind.Hardirq;
                    break;
                case StackLayer.Task or StackLayer.Hardirq or StackLayer.Softirq when reading.HasTaskFrames:
                    if (piece.Kind == HolderKind.Unknown)
                        piece.Kind = HolderKind.TaskKernel;
                    if (piece.Kind == HolderKind.TaskKernel)
                        piece.Syscall ??= stacks.SyscallOf(sample.Chain, reading);
                    break;
                case StackLayer.Unknown when piece.Kind == HolderKind.Unknown:
                    piece.Kind = HolderKind.TaskKernel;
                    break;
                case StackLayer.User when piece.Kind == HolderKind.Unknown:
                    piece.Kind = HolderKind.TaskUser;
                    break;
            }
            pieces[i] = piece;
        }
    }

    static bool Speaks(in SampleMark sample, in Piece piece) => sample.Task == piece.Task && sample.Stretch == piece.Stretch;
}
