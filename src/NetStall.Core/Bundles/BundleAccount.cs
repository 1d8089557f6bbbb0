// SPDX-License-Identifier: Apache-2.0
using NetStall.Recordings;

namespace NetStall.Bundles;

/// <summary>What a bundle's descriptions tell of how its recording came about.</summary>
public static class BundleAccount
{
    /// <param name="manifest">Null when there is none.</param>
    /// <returns>Null when nothing is told.</returns>
    public static Circumstances? Of(BundleManifest? manifest)
    {
        if (manifest is null)
            return null;
        var recording = manifest.Recording;
        return new Circumstances
        {
            Version = manifest.Version,
            Made = manifest.Made,
            Trigger = manifest.Trigger is { } wait ? (wait.Cpu, wait.Begin, wait.Length) : null,
            Sampler = recording?.Sampler,
            OwnCpu = recording?.OwnCpu,
            OwnCpuOver = recording?.OwnCpuOver ?? recording?.Length,
            Notes = [.. manifest.Notes, .. recording?.Flaws ?? []],
        };
    }
}
