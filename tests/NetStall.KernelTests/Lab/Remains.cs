// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using NetStall.Linux.Bpf;
using NetStall.Linux.Lab;
using NetStall.Linux.Lab.Stalls;
using NetStall.Model;

namespace NetStall.KernelTests.Lab;

/// <summary>All of a machine that the lab touches, counted: what is there after a run and was not before was left behind.</summary>
static class Remains
{
    public static Dictionary<string, int> Count() => new()
    {
        ["network namespaces"] = Namespaces(),
        ["NAPI threads"] = KernelThreads.Named($"napi/{ThreeHosts.Ingress}-").Count,
        ["processes"] = StallProcesses(),
        ["BPF programs"] = BpfPrograms(),
        ["memory cgroups"] = MemoryCgroups(),
        ["folders of memory cgroups"] = LabLeftovers.Find().Count,
        ["folders of recordings"] = Directory.GetDirectories(Path.GetTempPath(), "netstall-lab-*").Length,
    };

    /// <summary>What there is more of than before. Namespaces, programs and dying cgroups go a little later than their processes: it is asked for ten seconds.</summary>
    public static string Of(Dictionary<string, int> before)
    {
        string more = "";
        for (var end = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < end; Thread.Sleep(200))
        {
            more = string.Join(", ", Count().Where(now => now.Value > before[now.Key]).Select(now => $"{now.Value - before[now.Key]} {now.Key}"));
            if (more.Length == 0)
                return "nothing";
        }
        return more;
    }

    /// <summary>Of the lab's stalls, as long as they do anything.</summary>
    public static int StallProcesses() => Directory.GetDirectories("/proc").Count(p => IsProcess(p) && TextOf($"{p}/comm").StartsWith("lab-", StringComparison.Ordinal)
        && LiveProcess.Is(new Pid(int.Parse(Path.GetFileName(p), CultureInfo.InvariantCulture))));

    static int Namespaces() => Directory.GetDirectories("/proc").Where(IsProcess).SelectMany(TasksOf).Select(task => LinkOf($"{task}/ns/net")).Distinct().Count();

    static bool IsProcess(string folder) => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _);

    static string[] TasksOf(string process)
    {
        try
        {
            return Directory.GetDirectories($"{process}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    // BPF_PROG_GET_NEXT_ID: the id after the one given, until there is none.
    static unsafe int BpfPrograms()
    {
        byte* attr = stackalloc byte[BpfNative.AttrSize];
        int count = 0;
        for (uint id = 0; ; count++)
        {
            new Span<byte>(attr, BpfNative.AttrSize).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(attr, 4), id);
            if (BpfNative.Try((BpfNative.Command)11, attr) < 0)
                return count;
            id = BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(attr + 4, 4));
        }
    }

    //  memory	4	22	1        name, hierarchy, how many there are (dying ones too), enabled
    static int MemoryCgroups()
    {
        foreach (string line in File.ReadLines("/proc/cgroups"))
        {
            if (line.Split('\t') is ["memory", _, var count, ..])
                return int.Parse(count, CultureInfo.InvariantCulture);
        }
        return 0;
    }
}
