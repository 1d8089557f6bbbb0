// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.Model;

namespace NetStall.Workloads;

/// <summary>Writes a cgroup map (docs/cgroup-map.md), a line at a time. A name that would not be read back as it is has no line.</summary>
public sealed class CgroupMapText
{
    readonly StringBuilder _text = new();

    // 365 /kubepods/burstable/pod7c97…/db15…
    public void Add(CgroupId cgroup, string path)
    {
        if (IsPath(path))
            Line(string.Create(CultureInfo.InvariantCulture, $"{cgroup.Value} {path}"));
    }

    // pid:8774 /kubepods/besteffort/pod7c97…/db15…
    public void Add(Pid pid, string path)
    {
        if (IsPath(path) && pid.Value > 0)
            Line(string.Create(CultureInfo.InvariantCulture, $"pid:{pid.Value} {path}"));
    }

    // container:db15… demo-ns/staller/app
    public void Add(ContainerId container, PodName name)
    {
        if (IsName(name.Namespace) && IsName(name.Name) && (name.Container is null || IsName(name.Container)))
            Line($"container:{container} {name}");
    }

    // pod:7c97d8f2-e047-4a92-8e5e-af66f33d81cf demo-ns/staller
    public void Add(PodUid pod, PodName name)
    {
        if (IsName(name.Namespace) && IsName(name.Name))
            Line($"pod:{pod} {name with { Container = null }}");
    }

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());

    void Line(string line) => _text.Append(line).Append('\n');

    // The rest of a line is the path: but for what ends lines, it may hold anything. (A \r at the end would be taken for a part of the line's end.)
    static bool IsPath(string path) => path.StartsWith('/') && !path.Contains('\n', StringComparison.Ordinal) && !path.EndsWith('\r') && IsUnicode(path);

    static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAny("/\n\r \t") && IsUnicode(name);

    static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }
        return true;
    }
}
