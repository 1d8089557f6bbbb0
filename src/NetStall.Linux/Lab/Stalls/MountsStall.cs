// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>unshare(CLONE_NEWNS) over thousands of mounts, which the kernel copies in one go: what every container's start does over fewer. In a mount namespace of its own.</summary>
sealed class MountsStall : IStall
{
    /// <summary>1.5 to 2.7 µs each.</summary>
    const int Nanoseconds = 2000;
    const int Least = 5_000, Most = 40_000;
    const ulong Bind = 4096;   // MS_BIND

    readonly ManualResetEventSlim _end = new();
    readonly List<Thread> _holders = [];

    public MountsStall(Elapsed length)
    {
        int count = (int)Math.Clamp(length.Nanoseconds / Nanoseconds, Least, Most);
        Check(NamespaceNative.unshare(NamespaceNative.NewMounts), "unshare of the mounts");
        Check(NamespaceNative.mount(null, "/", null, NamespaceNative.Recursive | NamespaceNative.Private, null), "making own mounts private");
        Check(NamespaceNative.mount("netstall-lab", "/tmp", "tmpfs", 0, null), "tmpfs over /tmp, in the own namespace");
        Directory.CreateDirectory("/tmp/source");
        // A bind walks all mounts on its source's mount: let that be another one.
        Check(NamespaceNative.mount("netstall-lab", "/tmp/source", "tmpfs", 0, null), "tmpfs");
        for (int i = 0; i < count; i++)
        {
            string place = "/tmp/" + i.ToString(CultureInfo.InvariantCulture);
            Check(StallNative.mkdir(place, 0x1c0), "mkdir");
            Check(NamespaceNative.mount("/tmp/source", place, null, Bind, null), "bind mount (fs.mount-max is the limit)");
        }
    }

    public string Syscall => "unshare";

    public void WarmUp() => Unshare(0);

    public StallShot? Shoot() => Unshare(NamespaceNative.NewMounts);

    public void Dispose()
    {
        _end.Set();
        foreach (var holder in _holders)
            holder.Join();
        _end.Dispose();
    }

    // By a thread of its own that keeps its copy: given back, the copy would be taken apart within the next call.
    StallShot? Unshare(int what)
    {
        StallShot? shot = null;
        Exception? failure = null;
        using var done = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            try
            {
                using var time = new OwnTime();
                shot = time.Measure(() => Check(NamespaceNative.unshare(what), "unshare of the mounts")) with { Tid = new Tid(StallNative.gettid()) };
            }
            catch (SystemCallException e)
            {
                failure = e;
            }
            done.Set();
            _end.Wait();
        })
        { IsBackground = true };
        thread.Start();
        _holders.Add(thread);
        done.Wait();
        return failure is null ? shot : throw failure;
    }

    static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
