// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>One known thing that keeps a CPU from taking packets: how it is recognised, why it does so, and what helps.</summary>
/// <remarks>Made only by <see cref="KnownCauses"/> from the table of this folder, and by <see cref="ShowFunctions"/> for files without an entry.</remarks>
public sealed record KnownCause
{
    // "value ?? []": the generated reader hands null to what a JSON entry leaves out.
    /// <summary><c>C01</c> to <c>C56</c>, or <see cref="ShowFunctions.GenericId"/>. Stable: an id is never given to another cause.</summary>
    public required string Id { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>Why this holds the CPU, in two or three plain sentences.</summary>
    public required string Why { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Remedy { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Who is usually found doing it.</summary>
    public string? Who { get; init; }

    /// <summary>How long it took where it was published.</summary>
    public string? Magnitude { get; init; }

    /// <summary>Kernels (mainline, stable in brackets) or programs from which on it is fixed; empty when none is known.</summary>
    public IReadOnlyList<string> FixedIn { get; init => field = value ?? []; } = [];

    /// <summary>
    /// <c>A</c>: a published account names late or lost packets. <c>B</c>: measured, the effect on packets follows.
    /// <c>C</c>: the mechanism is documented, the effect on packets is our inference.
    /// </summary>
    public required string Grade { get; init; }

    public IReadOnlyList<CauseMode> Modes { get; init => field = value ?? []; } = [];

    /// <summary>Task names that it goes with, <c>*</c> for anything. They decide between equals, unless <see cref="NeedsComm"/>.</summary>
    public IReadOnlyList<string> Comms { get; init => field = value ?? []; } = [];

    /// <summary>The stack alone is too common to accuse anyone: the task's name must fit too.</summary>
    public bool NeedsComm { get; init; }

    /// <summary>The mechanism alone says it, without a stack (with <see cref="Comms"/>: if the task's name fits).</summary>
    public bool ByMechanism { get; init; }

    /// <summary>Patterns for the frames of the task; <c>a|b &gt; ?c &gt; d*</c> is a or b, deeper perhaps c, deeper something that begins with d.</summary>
    public IReadOnlyList<string> TaskPatterns { get; init => field = value ?? []; } = [];

    /// <summary>Patterns for the frames of an interrupt or softirq.</summary>
    public IReadOnlyList<string> InterruptPatterns { get; init => field = value ?? []; } = [];

    /// <summary>Examples, root first, between semicolons: each pattern fits at least one of them.</summary>
    public IReadOnlyList<string> Stacks { get; init => field = value ?? []; } = [];
}
