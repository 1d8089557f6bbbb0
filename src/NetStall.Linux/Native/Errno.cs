// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Native;

/// <summary>Of asm-generic/errno.h, those we tell apart.</summary>
static class Errno
{
    public const int NotPermitted = 1;      // EPERM
    public const int NoEntry = 2;           // ENOENT
    public const int Interrupted = 4;       // EINTR
    public const int TryAgain = 11;         // EAGAIN
    public const int OutOfMemory = 12;      // ENOMEM
    public const int AccessDenied = 13;     // EACCES
    public const int Busy = 16;             // EBUSY
    public const int Exists = 17;           // EEXIST
    public const int NoDevice = 19;         // ENODEV
    public const int Invalid = 22;          // EINVAL
    public const int TooManyFiles = 24;     // EMFILE
    public const int NoSpace = 28;          // ENOSPC
    public const int NotImplemented = 38;   // ENOSYS
    public const int NotSupported = 95;     // EOPNOTSUPP
}
