// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Verdicts;

namespace NetStall.Linux.Lab;

/// <summary>One stall that was made, and what netstall said of it.</summary>
/// <param name="Steal">How long the hypervisor had kept the CPU since the shot before; steps of 10 ms.</param>
/// <param name="Said">The verdict on that CPU that covers most of it; null when there was none.</param>
public sealed record Shot(Truth Truth, Witness Witness, Elapsed Steal, Stall? Said)
{
    /// <summary>The wait that a right netstall tells: as far as packets were pending where their begin can be seen; all of the stall where it says "up to".</summary>
    public Elapsed Expected => Said is { Wait.IsUpperBound: true } ? Truth.Length : Witness.Pending ?? Elapsed.Zero;

    /// <summary>Negative when too little was told; null when nothing was.</summary>
    public Elapsed? LengthError => Said is { } said ? said.Wait.Length - Expected : null;

    public bool Names(Mechanism mechanism) => Said?.Mechanism == mechanism;

    /// <summary>Whether whom it names, or that it names nobody, is right.</summary>
    public bool Blames(Blame blame) => Said is { } said && blame switch
    {
        Blame.TheCaller => NamesCaller,
        Blame.NoTask => said.Culprit?.Tid is null,
        _ => true,
    };

    public bool NamesCaller => Said?.Culprit is { } culprit && (culprit.Tid == Truth.Tid || culprit.Pid == Truth.Pid);

    /// <summary>A task is named, and it is another.</summary>
    public bool NamesInnocent => Said?.Culprit?.Tid is not null && !NamesCaller;
}
