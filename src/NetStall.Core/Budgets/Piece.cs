// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Budgets;

/// <summary>A stretch of a wait between two neighbouring events, and what its CPU was doing in it.</summary>
struct Piece
{
    public KernelTime From, To;
    public Tid Task;
    public Pid Pid;
    public NameId Comm;
    public int? Priority;

    /// <summary>Pieces of one stretch belong to one task without a switch between them.</summary>
    public int Stretch;
    public HolderKind Kind;
    public string? Syscall;
    public string? Name;

    /// <summary>The system call's number while <see cref="Syscall"/> is not named yet; -1 for none.</summary>
    public int SyscallNumber;

    public readonly Elapsed Length => To - From;
}
