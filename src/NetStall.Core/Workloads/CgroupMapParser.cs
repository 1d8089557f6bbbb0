// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Workloads;

// Reads what docs/cgroup-map.md describes:
//
//     # the node's cgroups
//     10339 /kubepods/burstable/pod11111111-2222-3333-4444-555555555555
//     pid:8774 /kubepods/besteffort/pod7c97d8f2-e047-4a92-8e5e-af66f33d81cf/db15…
//     container:db15… demo-ns/staller/app
//     pod:7c97d8f2-e047-4a92-8e5e-af66f33d81cf demo-ns/staller
//     ^^^^^^^^^^^^^^^ key    ^^^^^^^^^^^^^^^^^ value: the rest of the line, spaces and all
sealed class CgroupMapParser(FlawList flaws)
{
    const string LeftOut = "this line is left out";

    readonly Dictionary<CgroupId, string> _paths = [];
    readonly Dictionary<Pid, string?> _pathsOfPids = [];
    readonly Dictionary<ContainerId, PodName> _containers = [];
    readonly Dictionary<PodUid, PodName> _pods = [];
    long _line;

    public CgroupMap Parse(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(Encoding.UTF8.Preamble))
            text = text[Encoding.UTF8.Preamble.Length..];
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = text[(end < 0 ? text.Length : end + 1)..];
            _line++;
            ReadLine(line is [.. var head, (byte)'\r'] ? head : line);
        }
        return new CgroupMap(_paths, _pathsOfPids, _containers, _pods);
    }

    void ReadLine(ReadOnlySpan<byte> line)
    {
        int keyAt = line.IndexOfAnyExcept(" \t"u8);
        if (keyAt < 0 || line[keyAt] == '#')
            return;

        int keyLength = line[keyAt..].IndexOfAny(" \t"u8);
        var key = keyLength < 0 ? line[keyAt..] : line.Slice(keyAt, keyLength);
        int valueAt = keyAt + key.Length;
        while (valueAt < line.Length && line[valueAt] is (byte)' ' or (byte)'\t')
            valueAt++;
        var value = line[valueAt..];

        if (TrySkip(ref key, "pid:"u8))
            ReadPid(key, keyAt + 4, value, valueAt);
        else if (TrySkip(ref key, "container:"u8))
            ReadContainer(key, keyAt + 10, value, valueAt);
        else if (TrySkip(ref key, "pod:"u8))
            ReadPod(key, keyAt + 4, value, valueAt);
        else
            ReadCgroup(key, keyAt, value, valueAt);
    }

    void ReadCgroup(ReadOnlySpan<byte> key, int keyAt, ReadOnlySpan<byte> value, int valueAt)
    {
        if (!Utf8Parser.TryParse(key, out ulong id, out int used) || used != key.Length)
            Flaw(keyAt, "a cgroup id, pid:, container:, pod: or #", key);
        else if (TryReadPath(value, valueAt) is { } path && !_paths.TryAdd(new CgroupId(id), path) && _paths[new CgroupId(id)] != path)
            Flaw(keyAt, $"one path for cgroup {id.ToString(CultureInfo.InvariantCulture)}", "another one"u8);
    }

    void ReadPid(ReadOnlySpan<byte> key, int keyAt, ReadOnlySpan<byte> value, int valueAt)
    {
        if (!Utf8Parser.TryParse(key, out int number, out int used) || used != key.Length || number <= 0)
        {
            Flaw(keyAt, "a process id", key);
            return;
        }
        if (TryReadPath(value, valueAt) is not { } path)
            return;

        var pid = new Pid(number);
        if (_pathsOfPids.TryAdd(pid, path) || _pathsOfPids[pid] is not { } before)
            return;
        _pathsOfPids[pid] = MoreTelling(before, path);
        if (_pathsOfPids[pid] is null)
            Flaw(valueAt, $"the workload named before for process {pid}", value, "this process stays without a name");
    }

    // With cgroup v1 a process has a path in each hierarchy, and they need not be equally deep. (The numbers went with the key.)
    //
    //     9:name=systemd:/system.slice/ssh.service     4:memory:/system.slice/ssh.service     3:cpuset:/     1:cpu:/system.slice
    //
    // Two that name different workloads may be two processes that had the same number: then neither is said.
    static string? MoreTelling(string a, string b)
    {
        if (IsAtOrBelow(a, b))
            return a;
        if (IsAtOrBelow(b, a))
            return b;
        var told = Workload.FromCgroupPath(a);
        var other = Workload.FromCgroupPath(b);
        if (other is null)
            return a;
        if (told is null)
            return b;
        return told == other with { CgroupPath = a } ? a : null;
    }

    static bool IsAtOrBelow(string path, string folder)
    {
        var above = folder.AsSpan().TrimEnd('/');
        return path.AsSpan().StartsWith(above) && (path.Length == above.Length || path[above.Length] == '/');
    }

    // kubectl shows ids with the runtime before them: containerd://db15…
    void ReadContainer(ReadOnlySpan<byte> key, int keyAt, ReadOnlySpan<byte> value, int valueAt)
    {
        int scheme = key.IndexOf("://"u8);
        if (!ContainerId.TryParse(key[(scheme < 0 ? 0 : scheme + 3)..], out var id))
            Flaw(keyAt, "a container id of 64 hex digits", key);
        else if (TryReadNames(value, valueAt, "namespace/pod/container") is { } names && !_containers.TryAdd(id, names) && _containers[id] != names)
            Flaw(keyAt, $"one name for container {id.Short}", "another one"u8);
    }

    void ReadPod(ReadOnlySpan<byte> key, int keyAt, ReadOnlySpan<byte> value, int valueAt)
    {
        if (!PodUid.TryParse(key, out var uid))
            Flaw(keyAt, "a pod uid", key);
        else if (TryReadNames(value, valueAt, "namespace/pod") is { } names
            && !_pods.TryAdd(uid, names with { Container = null }) && _pods[uid] != names with { Container = null })
            Flaw(keyAt, $"one name for pod {uid}", "another one"u8);
    }

    string? TryReadPath(ReadOnlySpan<byte> value, int valueAt)
    {
        if (value is [(byte)'/', ..])
            return Encoding.UTF8.GetString(value);
        Flaw(valueAt, "a path that begins with /", value);
        return null;
    }

    PodName? TryReadNames(ReadOnlySpan<byte> value, int valueAt, string expected)
    {
        value = value.TrimEnd(" \t"u8);
        int first = value.IndexOf((byte)'/');
        var rest = first < 0 ? default : value[(first + 1)..];
        int second = rest.IndexOf((byte)'/');
        var pod = second < 0 ? rest : rest[..second];
        var container = second < 0 ? default : rest[(second + 1)..];
        if (first <= 0 || pod.IsEmpty || (second >= 0 && container.IsEmpty) || container.Contains((byte)'/'))
        {
            Flaw(valueAt, expected, value);
            return null;
        }
        return new PodName(
            Encoding.UTF8.GetString(value[..first]), Encoding.UTF8.GetString(pod),
            second < 0 ? null : Encoding.UTF8.GetString(container));
    }

    void Flaw(int at, string expected, ReadOnlySpan<byte> found, string consequence = LeftOut)
    {
        if (!flaws.WantsWords)
        {
            flaws.CountMore();
            return;
        }
        const int shown = 40;
        string what = found.IsEmpty ? "nothing"
            : found.Length <= shown ? $"`{Encoding.UTF8.GetString(found)}`"
            : $"`{Encoding.UTF8.GetString(found[..shown])}…`";
        flaws.Add(
            string.Create(CultureInfo.InvariantCulture, $"line {_line}, column {at + 1}"),
            $"expected {expected}, found {what}", consequence);
    }

    static bool TrySkip(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix)
    {
        if (!text.StartsWith(prefix))
            return false;
        text = text[prefix.Length..];
        return true;
    }
}
