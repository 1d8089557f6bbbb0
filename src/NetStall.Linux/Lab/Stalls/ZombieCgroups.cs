// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Native;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>Memory cgroups that were removed but live on, because one page each is still charged to them: GitHub's root cause.</summary>
/// <remarks>
/// <code>
///   mkdir z; enter z; touch page n of a file; leave z; rmdir z          the page keeps the cgroup, the file keeps the page
/// </code>
/// The file is nobody's but this process's (memfd): when the process ends, however it ends, the pages go, and the cgroups with them.
/// What can stay is the one empty folder in which they were made; <see cref="LabLeftovers"/> finds it.
/// </remarks>
sealed unsafe class ZombieCgroups : IDisposable
{
    public const string FolderPrefix = "netstall-lab-";
    const int Page = 4096;

    readonly MemoryHierarchy _hierarchy;
    readonly string _nursery;
    readonly SafeFileHandle _pages;
    readonly nuint _size;
    byte* _mapped;

    /// <param name="count">How many; each costs 0.2 ms to make and some ten kilobytes.</param>
    public ZombieCgroups(MemoryHierarchy hierarchy, int count)
    {
        _hierarchy = hierarchy;
        _nursery = Path.Combine(hierarchy.Root, FolderPrefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        _size = (nuint)count * Page;
        int file = StallNative.memfd_create("netstall-lab", flags: 1);
        if (file < 0)
            throw SystemCallException.Last("memfd_create");
        _pages = new SafeFileHandle(file, ownsHandle: true);
        Directory.CreateDirectory(_nursery);
        try
        {
            if (hierarchy.IsUnified)
                HandDown(_nursery);
            Fill(count);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The group whose reading collects from all of them.</summary>
    public string Parent => _hierarchy.IsUnified ? _nursery : _hierarchy.Root;

    /// <summary>Changes one counter in every one of them, by mapping all pages. Those that did not change cost a reader nothing.</summary>
    public void Dirty()
    {
        Clean();
        _mapped = StallNative.mmap(null, _size, StallNative.Readable | StallNative.Writable, StallNative.Shared | StallNative.Populate, (int)_pages.DangerousGetHandle(), 0);
        if (_mapped == (byte*)-1)
        {
            _mapped = null;
            throw SystemCallException.Last("mmap of the zombies' pages");
        }
    }

    public void Dispose()
    {
        Clean();
        // The last page of each.
        _pages.Dispose();
        RemoveFolder(_nursery);
    }

    /// <summary>Removes an empty folder, which a dying child may hold for a moment.</summary>
    public static void RemoveFolder(string folder)
    {
        for (int attempt = 0; attempt < 50 && StallNative.rmdir(folder) < 0 && Directory.Exists(folder); attempt++)
            Thread.Sleep(100);
    }

    void Fill(int count)
    {
        byte one = 1;
        string home = _hierarchy.Home;
        for (int i = 0; i < count; i++)
        {
            string group = Path.Combine(_nursery, i.ToString(CultureInfo.InvariantCulture));
            if (StallNative.mkdir(group, 0x1ed) < 0)
                throw SystemCallException.Last($"mkdir {group}");
            try
            {
                Enter(group);
                if (StallNative.pwrite((int)_pages.DangerousGetHandle(), &one, 1, (long)i * Page) != 1)
                    throw SystemCallException.Last($"a page for {group}");
            }
            finally
            {
                // Also when it fails: nobody else brings this process back.
                Enter(home);
                _ = StallNative.rmdir(group);
            }
        }
    }

    // The main thread owns the process's memory, so in v1 it alone need move.
    void Enter(string group)
    {
        string file = Path.Combine(group, _hierarchy.IsUnified ? "cgroup.procs" : "tasks");
        File.WriteAllText(file, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    static void HandDown(string group) => File.WriteAllText(Path.Combine(group, "cgroup.subtree_control"), "+memory");

    void Clean()
    {
        if (_mapped != null)
            _ = StallNative.munmap(_mapped, _size);
        _mapped = null;
    }
}
