// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Probing;

/// <summary>The CPUs on which this process may run.</summary>
static unsafe class AllowedCpus
{
    const int MaskBytes = 1024; // 8,192 CPUs, the largest kernels that are shipped

    public static IReadOnlyList<CpuId> Get()
    {
        var mask = new byte[MaskBytes];
        fixed (byte* bytes = mask)
        {
            if (ProbeNative.GetAffinity(0, MaskBytes, bytes) < 0)
                return [];
        }
        return [.. Enumerable.Range(0, MaskBytes * 8).Where(c => (mask[c / 8] & (1 << (c % 8))) != 0).Select(c => new CpuId(c))];
    }

    /// <summary>The calling thread stays on that CPU from now on.</summary>
    public static bool Pin(CpuId cpu)
    {
        var mask = new byte[MaskBytes];
        mask[cpu.Value / 8] = (byte)(1 << (cpu.Value % 8));
        fixed (byte* bytes = mask)
            return ProbeNative.SetAffinity(0, MaskBytes, bytes) == 0;
    }
}
