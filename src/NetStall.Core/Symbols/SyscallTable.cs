// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>The processors whose system calls are numbered here. Each numbers them in its own way; from 424 on all agree.</summary>
public enum SyscallTable
{
    X64,
    Arm64,
}
