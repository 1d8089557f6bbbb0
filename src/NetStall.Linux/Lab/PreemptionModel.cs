// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab;

/// <summary>Whether this kernel takes the CPU from a task in the middle of a system call.</summary>
static class PreemptionModel
{
    /// <summary>Reads whatever texts there are of a running kernel; the surest first. Unknown counts as not preemptible, as distributions ship it.</summary>
    /// <param name="debugfs">/sys/kernel/debug/sched/preempt: <c>none (voluntary) full lazy</c>.</param>
    /// <param name="commandLine">/proc/cmdline: <c>… preempt=none …</c>.</param>
    /// <param name="configuration">/proc/config.gz or /boot/config-…: <c>CONFIG_PREEMPT_VOLUNTARY=y</c>.</param>
    /// <param name="version">/proc/version: <c>#1 SMP PREEMPT_DYNAMIC Debian …</c>.</param>
    public static bool IsPreemptible(string? debugfs, string? commandLine, string? configuration, string? version)
    {
        string? model = Between(debugfs, '(', ')') ?? WordAfter(commandLine, "preempt=");
        if (model is not null)
            return model is "full" or "lazy";
        if (configuration is not null)
            return HasLine(configuration, "CONFIG_PREEMPT=y") || HasLine(configuration, "CONFIG_PREEMPT_LAZY=y") || HasLine(configuration, "CONFIG_PREEMPT_RT=y");
        var words = version?.Split(' ') ?? [];
        return Array.Exists(words, w => w is "PREEMPT" or "PREEMPT_RT" or "PREEMPT_LAZY");
    }

    static string? Between(string? text, char open, char close)
    {
        int begin = text?.IndexOf(open, StringComparison.Ordinal) ?? -1;
        int end = begin < 0 ? -1 : text!.IndexOf(close, begin);
        return end < 0 ? null : text![(begin + 1)..end];
    }

    static string? WordAfter(string? text, string key) =>
        text?.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault(w => w.StartsWith(key, StringComparison.Ordinal))?[key.Length..];

    static bool HasLine(string text, string line)
    {
        foreach (var each in text.AsSpan().EnumerateLines())
        {
            if (each.SequenceEqual(line))
                return true;
        }
        return false;
    }
}
