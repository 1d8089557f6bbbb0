// SPDX-License-Identifier: Apache-2.0
using NetStall.Cli.Input;
using NetStall.Reports;

namespace NetStall.Cli.Commands;

/// <summary>Where <c>-o</c> points.</summary>
static class OutputFile
{
    /// <summary>
    /// Opens it while the recordings are open, before they are read: none of them is written over, and what may not be written is told
    /// before a pipe has been used up. What stands in it stays until <see cref="Empty"/>.
    /// </summary>
    /// <exception cref="UsageException">It cannot be written, or is one of the recordings.</exception>
    public static FileStream Open(string path, params IEnumerable<string> recordings)
    {
        if (recordings.Any(r => File.Exists(r) && SamePath.Of(r) == SamePath.Of(path)))
            throw new UsageException($"Nothing is written to {Visible.Of(path)}: it is the recording itself.");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Nothing can be written to {Visible.Of(path)}: {e.Message}");
        }
    }

    /// <summary>Gives up what stood in it.</summary>
    public static void Empty(FileStream file)
    {
        // Pipes and devices have no length to take away.
        if (file.CanSeek && file.Length > 0)
            file.SetLength(0);
    }

    /// <summary>Takes its name away, while another thread may still write to it.</summary>
    public static void Abandon(FileStream file)
    {
        if (file.CanSeek && file.Length > 0)
            File.Delete(SamePath.Of(file.Name));
    }
}
