// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Linux.Native;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>The thread that shoots: its name in the kernel, whose it is, and with whom it ends.</summary>
static unsafe class ShootingThread
{
    const int CommSize = 16;

    /// <summary>What the kernel calls the calling thread: fifteen bytes at most.</summary>
    public static string Comm()
    {
        byte* name = stackalloc byte[CommSize];
        Check(StallNative.prctl(StallNative.GetName, name, 0, 0, 0), "prctl");
        return Encoding.ASCII.GetString(new ReadOnlySpan<byte>(name, CommSize).TrimEnd((byte)0));
    }

    /// <summary>The process too, when its first thread calls.</summary>
    public static void Rename(string comm)
    {
        fixed (byte* name = Encoding.ASCII.GetBytes(comm + "\0"))
            Check(StallNative.prctl(StallNative.SetName, name, 0, 0, 0), "prctl");
    }

    /// <summary>When the thread that started this process ends, so does this one, whatever it is doing.</summary>
    public static void DieWithParent() => Check(StallNative.prctl(StallNative.SetParentDeathSignal, (void*)StallNative.Killed, 0, 0, 0), "prctl");

    /// <summary>Gives away all that root may do, for all threads of the process.</summary>
    public static void Become(uint user)
    {
        Check(StallNative.setgroups(0, null), "setgroups");
        Check(StallNative.setresgid(user, user, user), "setresgid");
        Check(StallNative.setresuid(user, user, user), "setresuid");
        // The kernel forgets it where a process changes whose it is.
        DieWithParent();
    }

    static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
