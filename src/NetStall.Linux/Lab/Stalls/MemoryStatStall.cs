// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Linux.PerfEvents;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>One read() of memory.stat over thousands of zombie memory cgroups whose counters changed: the outage of GitHub's article.</summary>
/// <remarks>The kernel collects 1.6 µs from each, with interrupts off (mm/memcontrol.c, kernel/cgroup/rstat.c). Its own flush, once in two seconds, may come first.</remarks>
sealed unsafe class MemoryStatStall : IStall
{
    const int NanosecondsEach = 1600;
    const int Least = 5_000, Most = 30_000;

    /// <summary>What one costs: its page and its structs, and counters for each CPU.</summary>
    const long BytesEach = 16 << 10, BytesEachCpu = 2 << 10;

    readonly OwnTime _time = new();
    readonly ZombieCgroups _zombies;
    readonly string _path;
    readonly byte[] _buffer = GC.AllocateArray<byte>(1 << 17, pinned: true);

    public MemoryStatStall(Elapsed length)
    {
        if (KubeletRuns())
            throw new CannotHereException("A kubelet runs on this node, and would read the lab's thousands of memory cgroups as well: make this stall on a machine without one.");
        long each = BytesEach + BytesEachCpu * OnlineCpus.Read().Count;
        long affordable = AvailableMemory.Bytes() / 4 / each;
        int count = (int)Math.Min(affordable, Math.Clamp(length.Nanoseconds / NanosecondsEach, Least, Most));
        if (count < Least)
            throw new CannotHereException($"There is too little memory for {Least} memory cgroups: free {Least * each * 4 >> 20} MB.");
        _zombies = new ZombieCgroups(MemoryHierarchy.Find(), count);
        _path = Path.Combine(_zombies.Parent, "memory.stat");
    }

    public string Syscall => "read";
    public string File => "memory.stat";

    public void WarmUp() => Read("/proc/self/stat");

    public StallShot? Shoot()
    {
        _zombies.Dirty();
        var shot = Read(_path);
        return shot.Length >= Elapsed.FromMilliseconds(1) ? shot : null;
    }

    public void Dispose()
    {
        _zombies.Dispose();
        _time.Dispose();
    }

    StallShot Read(string path)
    {
        using var file = System.IO.File.OpenHandle(path);
        int handle = (int)file.DangerousGetHandle();
        return _time.Measure(() =>
        {
            fixed (byte* into = _buffer)
            {
                if (StallNative.read(handle, into, (nuint)_buffer.Length) < 0)
                    throw SystemCallException.Last($"read of {path}");
            }
        });
    }

    static bool KubeletRuns() => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && System.IO.File.ReadAllText(Path.Combine(folder, "comm")) == "kubelet\n";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
