// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.PerfEvents;
using NetStall.Model;

namespace NetStall.Linux.Cgroups;

/// <summary>A cgroup hierarchy of this machine as it is now: which folder an id is.</summary>
/// <remarks>
/// An id is its folder's inode, and is never given twice while the kernel runs, so that what was found once stays true, also of a folder that is
/// gone by now. Not thread-safe.
/// </remarks>
public sealed class CgroupTree : IDisposable
{
    /// <summary>A node has some thousand; what goes on and on is no node.</summary>
    public const int MostGroups = 200_000;

    /// <summary>So many answers are kept.</summary>
    const int MostKnown = 16_384;

    readonly string _root;
    readonly SafeFileHandle? _folder;
    readonly Dictionary<CgroupId, string?> _known = [];

    /// <param name="root">Where it is mounted.</param>
    public CgroupTree(string root)
    {
        _root = root.Length > 1 ? root.TrimEnd('/') : root;
        _folder = CgroupNative.OpenFolder(_root);
    }

    /// <summary>The hierarchy that ids of recordings are of; null where none is mounted.</summary>
    public static CgroupTree? OfThisNode() => CgroupMount.OfIds(CgroupMount.FindAll()) is { } mount ? new CgroupTree(mount.Path) : null;

    /// <summary>The path below the mount, <c>/</c> for its root; null when there is no such folder any more, and never was when it was asked for.</summary>
    public string? PathOf(CgroupId id)
    {
        if (_known.TryGetValue(id, out string? known))
            return known;
        // Twenty microseconds by the kernel's own table; without the right to ask it, the whole tree.
        string? path = _folder is null ? null : CgroupNative.PathOf(_folder, id.Value);
        path = path is not null ? BelowRoot(path) : Walk().Where(g => g.Id == id).Select(g => g.Path).FirstOrDefault();
        if (_known.Count >= MostKnown)
            _known.Clear();
        _known[id] = path;
        return path;
    }

    /// <summary>All folders that there are, each with its path below the mount. Those that vanish meanwhile are left out.</summary>
    public IEnumerable<(CgroupId Id, string Path)> Walk()
    {
        var waiting = new Stack<string>();
        waiting.Push(_root);
        for (int seen = 0; seen < MostGroups && waiting.TryPop(out string? folder); seen++)
        {
            if (FileIdentity.InodeOf(folder) is { } id && BelowRoot(folder) is { } path)
                yield return (new CgroupId(id), path);
            foreach (string child in ChildrenOf(folder))
                waiting.Push(child);
        }
    }

    public void Dispose() => _folder?.Dispose();

    // In a mount namespace of our own the kernel may tell the path of another mount of it.
    string? BelowRoot(string path) =>
        path.Length == _root.Length ? "/"
        : path.StartsWith(_root, StringComparison.Ordinal) && path[_root.Length] == '/' ? path[_root.Length..]
        : null;

    static string[] ChildrenOf(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
