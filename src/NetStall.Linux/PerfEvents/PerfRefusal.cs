// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;

namespace NetStall.Linux.PerfEvents;

/// <summary>What to do when the kernel refuses to record.</summary>
static class PerfRefusal
{
    public static CannotHereException Explain(SystemCallException e) => e.Errno switch
    {
        Errno.NotPermitted or Errno.AccessDenied => new CannotHereException(
            $"The kernel does not let this user record all CPUs: run it with sudo, or give it CAP_PERFMON (since 5.8; CAP_SYS_ADMIN before), or set kernel.perf_event_paranoid to -1. ({e.Message})", e),
        Errno.TooManyFiles => new CannotHereException($"There are too few file descriptors for an event on every CPU: raise the limit with `ulimit -n 65536`, or record fewer CPUs with -C. ({e.Message})", e),
        Errno.OutOfMemory => new CannotHereException($"There is not enough memory for the rings: make them smaller, or record fewer CPUs with -C. ({e.Message})", e),
        Errno.NoDevice => new CannotHereException($"A CPU to be recorded is not on line: see /sys/devices/system/cpu/online. ({e.Message})", e),
        Errno.NotImplemented => new CannotHereException($"This kernel is built without perf events (CONFIG_PERF_EVENTS), or a seccomp filter forbids them, as Docker's does: run it on the node itself, or in a privileged container. ({e.Message})", e),
        _ => new CannotHereException($"The kernel refuses to record: {e.Message}. Please report it with the kernel's version.", e),
    };
}
