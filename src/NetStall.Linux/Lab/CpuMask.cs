// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>One CPU among all, as the kernel's interfaces want it.</summary>
static unsafe class CpuMask
{
    // As large as any kernel's, so that none finds it too short.
    const int Bytes = 1024;

    /// <summary>As in sysfs: hexadecimal words of 32 bits, highest first, commas between: CPU 33 is <c>00000002,00000000</c>.</summary>
    public static string Hexadecimal(CpuId cpu)
    {
        var text = new StringBuilder((1u << (cpu.Value % 32)).ToString("x", CultureInfo.InvariantCulture));
        for (int word = cpu.Value / 32; word > 0; word--)
            text.Append(",00000000");
        return text.ToString();
    }

    /// <param name="thread">Default for the calling thread.</param>
    /// <param name="cpus">Where it may run.</param>
    /// <exception cref="SystemCallException">The thread is gone, or all of the CPUs offline.</exception>
    public static void Pin(Tid thread, params ReadOnlySpan<CpuId> cpus)
    {
        byte* mask = stackalloc byte[Bytes];
        new Span<byte>(mask, Bytes).Clear();
        foreach (var cpu in cpus)
            mask[cpu.Value / 8] |= (byte)(1 << (cpu.Value % 8));
        if (NamespaceNative.sched_setaffinity(thread.Value, Bytes, mask) < 0)
            throw SystemCallException.Last($"sched_setaffinity of {thread.Value}");
    }
}
