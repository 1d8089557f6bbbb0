// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>The kernel's tracepoints: their ids and formats.</summary>
sealed class Tracefs
{
    static readonly string[] Places = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

    readonly string _events;

    Tracefs(string root) => _events = Path.Combine(root, "events");

    /// <exception cref="CannotHereException">It is not mounted, or may not be read.</exception>
    public static Tracefs Find()
    {
        foreach (string place in Places)
        {
            if (Directory.Exists(Path.Combine(place, "events", "sched")))
                return new Tracefs(place);
        }
        throw new CannotHereException(Environment.IsPrivilegedProcess
            ? "The kernel's tracepoints are not to be seen: mount them with `mount -t tracefs nodev /sys/kernel/tracing`, and in a container bring that folder in from the node."
            : "The kernel's tracepoints may be read by root only: run it with sudo.");
    }

    public bool Has(string system, string name) => File.Exists(Path.Combine(_events, system, name, "id"));

    public ulong IdOf(string system, string name) => ulong.Parse(File.ReadAllText(Path.Combine(_events, system, name, "id")), CultureInfo.InvariantCulture);

    public TracepointFormat FormatOf(string system, string name) => new(system, File.ReadAllBytes(Path.Combine(_events, system, name, "format")));

    public byte[] HeaderPage => File.ReadAllBytes(Path.Combine(_events, "header_page"));
    public byte[] HeaderEvent => File.ReadAllBytes(Path.Combine(_events, "header_event"));
}
