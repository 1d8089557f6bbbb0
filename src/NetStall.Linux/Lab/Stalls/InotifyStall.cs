// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A watch on a crowded folder: inotify_add_watch walks all of its cached names under one spinlock. On a tmpfs in a mount namespace of its own.</summary>
/// <remarks>The kernel marks each name (fs/notify/fsnotify.c), and takes the marks away as the watch goes: the shots are, in turn, the one and the other.</remarks>
sealed class InotifyStall : IStall
{
    const int NanosecondsEach = 90;
    const int Least = 50_000, Most = 300_000;
    const uint CreatedOrModified = 0x102;   // IN_CREATE, and IN_MODIFY, which each name must know of
    const uint OrdinaryFile = 0x8180;       // S_IFREG, 0600
    const int None = -1;
    const string Crowd = "/tmp/crowd", Quiet = "/tmp/quiet";

    readonly OwnTime _time = new();
    readonly SafeFileHandle _watcher;
    int _watch = None;

    public InotifyStall(Elapsed length)
    {
        int files = (int)Math.Clamp(length.Nanoseconds / NanosecondsEach, Least, Most);
        Check(NamespaceNative.unshare(NamespaceNative.NewMounts), "unshare of the mounts");
        Check(NamespaceNative.mount(null, "/", null, NamespaceNative.Recursive | NamespaceNative.Private, null), "making own mounts private");
        Check(NamespaceNative.mount("netstall-lab", "/tmp", "tmpfs", 0, "nr_inodes=0"), "tmpfs over /tmp, in the own namespace");
        Check(StallNative.mkdir(Crowd, 0x1c0), "mkdir");
        Check(StallNative.mkdir(Quiet, 0x1c0), "mkdir");
        for (int i = 0; i < files; i++)
            Check(StallNative.mknod(Crowd + "/" + i.ToString(CultureInfo.InvariantCulture), OrdinaryFile, 0), "mknod");
        int watcher = StallNative.inotify_init1(StallNative.CloseOnExec);
        Check(watcher, "inotify_init");
        _watcher = new SafeFileHandle(watcher, ownsHandle: true);
    }

    public string Syscall { get; private set; } = "inotify_add_watch";

    public void WarmUp()
    {
        Toggle(Quiet);
        Toggle(Quiet);
    }

    // Kernels that take the marks away later, name by name, come to nothing every other time.
    public StallShot? Shoot() => Toggle(Crowd) is var shot && shot.Length >= Elapsed.FromMilliseconds(1) ? shot : null;

    public void Dispose()
    {
        _watcher.Dispose();
        _time.Dispose();
    }

    StallShot Toggle(string folder)
    {
        int watcher = (int)_watcher.DangerousGetHandle();
        if (_watch == None)
        {
            Syscall = "inotify_add_watch";
            return _time.Measure(() => Check(_watch = StallNative.inotify_add_watch(watcher, folder, CreatedOrModified), Syscall));
        }
        Syscall = "inotify_rm_watch";
        var shot = _time.Measure(() => Check(StallNative.inotify_rm_watch(watcher, _watch), Syscall));
        _watch = None;
        return shot;
    }

    static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
