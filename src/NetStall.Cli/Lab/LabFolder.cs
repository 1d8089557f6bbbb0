// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Linux.Lab;
using NetStall.Model;
using NetStall.Reports;

namespace NetStall.Cli.Lab;

/// <summary>Where recordings stand while they are judged: a temporary folder that goes with us, or one that was asked for and stays.</summary>
sealed class LabFolder : IDisposable
{
    const string Prefix = "netstall-lab-";

    readonly string _path;
    readonly bool _isTemporary;
    readonly WhenKilled? _killed;

    LabFolder(string path, bool isTemporary)
    {
        _path = path;
        _isTemporary = isTemporary;
        _killed = isTemporary ? WhenKilled.Do(Remove) : null;
    }

    /// <param name="keep">Null for a temporary one.</param>
    /// <exception cref="UsageException">There is something in it.</exception>
    public static LabFolder For(string? keep) => keep is not null
        ? new LabFolder(Empty(keep), isTemporary: false)
        : new LabFolder(Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-")).FullName, isTemporary: true);

    static string Empty(string keep) => Directory.Exists(keep) && Directory.EnumerateFileSystemEntries(keep).Any()
        ? throw new UsageException($"--keep takes a new or empty directory, and there is something in {Visible.Of(keep)}.")
        : Directory.CreateDirectory(keep).FullName;

    public string RecordingOf(LabKind kind, Steering steering) =>
        Path.Combine(_path, $"{kind.Name}{(steering == Steering.NapiThread ? "-threaded" : "")}");

    /// <summary>Removes folders of runs that were killed. Returns how many.</summary>
    public static int RemoveLeftovers()
    {
        int removed = 0;
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), $"{Prefix}*"))
        {
            string[] parts = Path.GetFileName(folder)[Prefix.Length..].Split('-');
            if (!int.TryParse(parts[0], CultureInfo.InvariantCulture, out int pid) || LiveProcess.Is(new Pid(pid)))
                continue;
            Directory.Delete(folder, recursive: true);
            removed++;
        }
        return removed;
    }

    public void Dispose()
    {
        _killed?.Dispose();
        if (_isTemporary)
            Remove();
    }

    void Remove()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (IOException)
        {
            // Gone already, or still being written: the next run finds it.
        }
    }
}
