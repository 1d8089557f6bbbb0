// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Files;

/// <summary>Puts a pipe that must be read from its end into a file of its own, gone when it is closed.</summary>
public static class Spool
{
    /// <param name="first">What was read of the pipe already.</param>
    /// <param name="rest">What is still to come; read to its end.</param>
    /// <param name="name">What to call it in sentences.</param>
    /// <exception cref="IOException">There is no room for it where temporary files go (TMPDIR).</exception>
    public static FileBytes ToTemporaryFile(ReadOnlyMemory<byte> first, Stream rest, string name)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                file.Write(first.Span);
                rest.CopyTo(file, 1 << 20);
            }
            return new FileBytes(path, name);
        }
        finally
        {
            // Open files live on without a name, also when the process is killed.
            File.Delete(path);
        }
    }
}
