// SPDX-License-Identifier: Apache-2.0
using NetStall.Symbols;

namespace NetStall.Catalogue;

/// <summary>The rule for all files without an entry of their own: who is seen in vfs_read > seq_read > X_show reads the file of X_show.</summary>
public static class ShowFunctions
{
    /// <summary>The id of the known cause "a read() of this file is expensive".</summary>
    public const string GenericId = "C00";

    static readonly NamePattern[] Reads = [.. new[]
    {
        "vfs_read", "vfs_readv", "do_iter_read", "vfs_iter_read", "vfs_iocb_iter_read", "sys_read", "sys_readv", "sys_pread*", "sys_lseek",
        "vfs_splice_read", "copy_splice_read", "do_splice_read", "io_read",
    }.Select(NamePattern.Parse)];

    static readonly NamePattern[] SeqReads = [.. new[] { "seq_read", "seq_read_iter", "seq_lseek", "traverse" }.Select(NamePattern.Parse)];

    // They only hand on to the function of the one file:
    //
    //     vfs_read;seq_read_iter;kernfs_seq_show;sysfs_kf_seq_show;dev_attr_show;speed_show
    static readonly HashSet<string> Forwarders = new(StringComparer.Ordinal)
    {
        "kernfs_seq_show", "sysfs_kf_seq_show", "cgroup_seqfile_show", "cgroup_file_show", "proc_single_show", "dev_attr_show", "kobj_attr_show",
        "class_attr_show", "bus_attr_show", "drv_attr_show", "module_attr_show", "param_attr_show", "netdev_show", "rx_queue_attr_show",
        "netdev_queue_attr_show", "queue_attr_show", "brport_show", "bdi_debugfs_show", "blk_mq_debugfs_show", "seq_show",
    };

    // s_show is the name of three show functions in one kernel (slabinfo's in old ones, kallsyms', a trace file's); what it calls tells which.
    static readonly NamePattern[] SlabWork = [.. new[] { "get_slabinfo", "memcg_accumulate_slabinfo", "count_partial*" }.Select(NamePattern.Parse)];

    /// <summary>The file that a read() in these frames (root first) reads; null when they show none. Frames of interrupts may be there.</summary>
    public static ShownFile? FileOf(IReadOnlyList<string> functions)
    {
        ReadOnlySpan<string> frames = KnownCauses.AsSpan(functions);
        return Find(frames[..InterruptBoundary.Find(frames)]);
    }

    /// <summary>As <see cref="FileOf"/>, of the task's own frames.</summary>
    internal static ShownFile? Find(ReadOnlySpan<string> task)
    {
        int read = IndexOf(Reads, task);
        if (read < 0)
            return null;
        task = task[(read + 1)..];

        for (int i = 0; i < task.Length; i++)
        {
            string name = KernelFunctionNames.Strip(task[i]);
            if (ShownFiles.PathOf(name) is { } path)
                return new ShownFile(name, path);
            if (name is "s_show" or "cache_show" && IndexOf(SlabWork, task[i..]) >= 0)
                return new ShownFile(name, "/proc/slabinfo");
        }

        int seq = IndexOf(SeqReads, task);
        if (seq < 0)
            return null;
        foreach (string function in task[(seq + 1)..])
        {
            string name = KernelFunctionNames.Strip(function);
            if (IsShow(name) && !Forwarders.Contains(name))
                return new ShownFile(name, null);
        }
        return null;
    }

    /// <summary>What is known of any file whose reading holds the CPU.</summary>
    public static KnownCause Cause(ShownFile file)
    {
        string byHand = file.Path is ['/', ..] path && !path.Contains("PID", StringComparison.Ordinal) && !path.Contains(' ', StringComparison.Ordinal)
            ? $"`time cat {path} > /dev/null`"
            : file.Path is null ? "look for it with `strace -f -T -e trace=openat,read -p PID`, then `time cat FILE > /dev/null`" : "`time cat FILE > /dev/null`";
        return new KnownCause
        {
            Id = GenericId,
            Title = $"A read() of {file.Description} is expensive",
            Why = "The text of this file is made while it is read: the kernel walks its own tables for it, in one system call. "
                + "On this node those tables are large, and the read() does not let go of the CPU until it is done.",
            Remedy = $"Find out who reads it and how often. Then time one read by hand on this node: {byHand}. "
                + "If that takes milliseconds, read it less often or not at all, and see whether a newer kernel is quicker.",
            Sources = ["https://github.blog/2019-11-21-debugging-network-stalls-on-kubernetes/"],
            Grade = "C",
            Modes = [CauseMode.Sys, CauseMode.Irq, CauseMode.Bh],
        };
    }

    static bool IsShow(string name) =>
        name.EndsWith("_show", StringComparison.Ordinal) || name.StartsWith("show_", StringComparison.Ordinal);

    static int IndexOf(NamePattern[] names, ReadOnlySpan<string> functions)
    {
        for (int i = 0; i < functions.Length; i++)
        {
            var name = KernelFunctionNames.Strip(functions[i].AsSpan());
            foreach (ref readonly var pattern in names.AsSpan())
            {
                if (pattern.Fits(name))
                    return i;
            }
        }
        return -1;
    }
}
