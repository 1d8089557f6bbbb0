// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace NetStall.Linux.Files;

/// <summary>Puts a pipe that must be read from its end into a file of its own, gone when it is closed.</summary>
public static class Spool
{
    /// <param name="first">What was read of the pipe already.</param>
    /// <param name="rest">What is still to come; read to its end.</param>
    /// <param name="name">What to call it in sentences.</param>
    /// <param name="folder">Where to put it; null for where temporary files go.</param>
    /// <exception cref="EndOfStreamException">What is still to come ended too soon, by its own account.</exception>
    /// <exception cref="IOException">There is no room for it where temporary files go (TMPDIR).</exception>
    public static FileBytes ToTemporaryFile(ReadOnlyMemory<byte> first, Stream rest, string name, string? folder = null)
    {
        folder ??= Path.GetTempPath();
        var file = Create(folder);
        try
        {
            RandomAccess.Write(file, first.Span, 0);
            byte[] buffer = new byte[1 << 20];
            long length = first.Length;
            for (int read; (read = rest.Read(buffer)) > 0; length += read)
                RandomAccess.Write(file, buffer.AsSpan(0, read), length);
            return new FileBytes(file, name);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is not IOException or EndOfStreamException)
                throw;
            throw new IOException($"it must be had whole, and was to be copied to {folder} (see TMPDIR): {e.Message}", e);
        }
    }

    // Open files live on without a name: nothing stays behind, also when the process is interrupted or killed. Until it has lost it, its owner
    // alone may open it: a recording names every process.
    static SafeFileHandle Create(string folder)
    {
        string path = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            File.Delete(path);
            return file.SafeFileHandle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"it must be had whole, but no file can be made in {folder} to copy it to (see TMPDIR): {e.Message}", e);
        }
    }
}
