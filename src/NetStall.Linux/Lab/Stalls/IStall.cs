// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab.Stalls;

/// <summary>One way to hold a CPU. It is prepared once, then shoots on the calling thread, which is pinned to that CPU.</summary>
/// <remarks>Disposing it takes back all that it made. Constructors throw <see cref="CannotHereException"/> where this kernel or user cannot make it.</remarks>
interface IStall : IDisposable
{
    /// <summary>In which system call it holds the CPU, or held it last where it has several; null where in none.</summary>
    string? Syscall { get; }

    /// <summary>What is read in it, by its last name; null where nothing is.</summary>
    string? File => null;

    /// <summary>Runs the very methods that <see cref="Shoot"/> runs once in a way that holds nothing, so that no compiler works within the first shot.</summary>
    void WarmUp();

    /// <summary>Null when it came to nothing this time, and may be tried again.</summary>
    StallShot? Shoot();
}
