// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace NetStall.Workloads;

/// <summary>What one folder of a cgroup path tells by its name alone. <c>default</c> tells nothing.</summary>
readonly record struct CgroupFolder(ContainerId? Container, ContainerRuntime Runtime, PodUid? Pod, QosClass? Qos)
{
    /// <summary>NAME_MAX: no folder has a longer name.</summary>
    public const int LongestName = 255;

    /// <summary>Whether the kubelet made this folder or one beside it.</summary>
    public bool IsKubernetes => Pod is not null || Qos is not null;

    public static CgroupFolder Read(ReadOnlySpan<char> name, ReadOnlySpan<char> parent)
    {
        if (name.Length > LongestName)
            return default;
        if (name.Contains('\\'))
        {
            Span<char> plain = stackalloc char[LongestName];
            return ReadPlain(plain[..Unescape(name, plain)], parent);
        }
        return ReadPlain(name, parent);
    }

    static CgroupFolder ReadPlain(ReadOnlySpan<char> name, ReadOnlySpan<char> parent)
    {
        if (TryReadColons(name, out var folder))
            return folder;
        if (name.EndsWith(".slice"))
            return ReadSlice(name[..^".slice".Length]);
        if (TryReadContainer(name, parent, out var id, out var runtime))
            return new CgroupFolder(id, runtime, null, null);
        return ReadKubepods(name, parent);
    }

    // The CRI server speaks systemd and runc speaks cgroupfs: the three parts meant for systemd become one folder's name.
    //
    //     kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice:cri-containerd:<64 digits>
    static bool TryReadColons(ReadOnlySpan<char> name, out CgroupFolder folder)
    {
        folder = default;
        int second = name.LastIndexOf(':');
        int first = second > 0 ? name[..second].LastIndexOf(':') : -1;
        if (first < 0
            || ContainerRuntimes.OfPrefix(name[(first + 1)..second]) is not { } runtime
            || !ContainerId.TryParse(name[(second + 1)..], out var id))
            return false;

        var slice = name[..first];
        folder = slice.EndsWith(".slice") ? ReadSlice(slice[..^".slice".Length]) : default;
        folder = folder with { Container = id, Runtime = runtime };
        return true;
    }

    //     cri-containerd-<64 digits>.scope     crio-<64 digits>     libpod-<64 digits>     docker/<64 digits>     <64 digits>
    static bool TryReadContainer(ReadOnlySpan<char> name, ReadOnlySpan<char> parent, out ContainerId id, out ContainerRuntime runtime)
    {
        // Podman's own pods are bare ids below libpod_parent; its containers never are.
        runtime = parent is "docker" ? ContainerRuntime.Docker : ContainerRuntime.Unknown;
        if (ContainerId.TryParse(name, out id))
            return parent is not "libpod_parent";

        var stem = name.EndsWith(".scope") ? name[..^".scope".Length] : name;
        int dash = stem.Length - ContainerId.Digits - 1;
        if (dash <= 0 || stem[dash] != '-' || ContainerRuntimes.OfPrefix(stem[..dash]) is not { } told)
            return false;
        runtime = told;
        return ContainerId.TryParse(stem[(dash + 1)..], out id);
    }

    // With the systemd driver; kind and others with a cgroup root of their own write that root before it:
    //
    //     kubepods-besteffort-pod11111111_2222_3333_4444_555555555555     kubepods-pod1111…     kubelet-kubepods-burstable
    static CgroupFolder ReadSlice(ReadOnlySpan<char> stem)
    {
        const string kubepods = "kubepods";
        int at = stem.StartsWith(kubepods) ? 0 : stem.IndexOf("-" + kubepods) + 1;
        if (at == 0 && !stem.StartsWith(kubepods))
            return default;

        var tail = stem[(at + kubepods.Length)..];
        QosClass? qos = null;
        if (TrySkip(ref tail, "-burstable"))
            qos = QosClass.Burstable;
        else if (TrySkip(ref tail, "-besteffort"))
            qos = QosClass.BestEffort;

        if (TrySkip(ref tail, "-pod"))
            return PodUid.TryParse(tail, out var uid) ? new(null, default, uid, qos ?? QosClass.Guaranteed) : new(null, default, null, qos);
        return tail.IsEmpty ? new(null, default, null, qos) : default;
    }

    // With the cgroupfs driver: kubepods/burstable/pod<uid>, kubepods/besteffort/pod<uid>, kubepods/pod<uid>. Read from a
    // cgroup namespace the first folders may be missing, and with them the class.
    static CgroupFolder ReadKubepods(ReadOnlySpan<char> name, ReadOnlySpan<char> parent)
    {
        if (TrySkip(ref name, "pod"))
        {
            if (!PodUid.TryParse(name, out var uid))
                return default;
            return new(null, default, uid, parent is "kubepods" ? QosClass.Guaranteed : QosOf(parent));
        }
        return parent is "kubepods" ? new(null, default, null, QosOf(name)) : default;
    }

    static QosClass? QosOf(ReadOnlySpan<char> folder) => folder switch
    {
        "burstable" => QosClass.Burstable,
        "besteffort" => QosClass.BestEffort,
        _ => null,
    };

    static bool TrySkip(ref ReadOnlySpan<char> text, string prefix)
    {
        if (!text.StartsWith(prefix))
            return false;
        text = text[prefix.Length..];
        return true;
    }

    // systemd writes what may not stand in a unit's name as \x2d. Only ASCII matters to us: what is not stays as it is.
    static int Unescape(ReadOnlySpan<char> name, Span<char> into)
    {
        int n = 0;
        while (!name.IsEmpty)
        {
            if (name is ['\\', 'x', _, _, ..]
                && byte.TryParse(name[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
                && value < 0x80)
            {
                into[n++] = (char)value;
                name = name[4..];
            }
            else
            {
                into[n++] = name[0];
                name = name[1..];
            }
        }
        return n;
    }
}
