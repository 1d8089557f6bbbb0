// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace NetStall.Linux.Symbols;

/// <summary>The kernel of this machine, to tell whether a recording was made on it.</summary>
public static class RunningKernel
{
    const string Notes = "/sys/kernel/notes";
    const string OsRelease = "/proc/sys/kernel/osrelease";

    /// <summary><c>uname -r</c>; null where procfs does not tell.</summary>
    public static string? Release() => File.Exists(OsRelease) ? File.ReadAllText(OsRelease).Trim() : null;

    /// <summary>Lower-case hex; null where the kernel does not tell.</summary>
    public static string? BuildId()
    {
        if (!File.Exists(Notes))
            return null;
        ReadOnlySpan<byte> notes;
        try
        {
            notes = File.ReadAllBytes(Notes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // u32 name size, u32 description size, u32 type, name, description, both padded to 4; type 3 of "GNU" is the build id.
        const uint BuildIdNote = 3;
        while (notes.Length >= 12)
        {
            int nameSize = BinaryPrimitives.ReadInt32LittleEndian(notes);
            int size = BinaryPrimitives.ReadInt32LittleEndian(notes[4..]);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            if (nameSize < 0 || size < 0)
                return null;
            int begin = 12 + ((nameSize + 3) & ~3);
            int end = begin + ((size + 3) & ~3);
            if (begin > notes.Length || end > notes.Length || end < begin)
                return null;
            if (type == BuildIdNote && notes[12..].StartsWith("GNU\0"u8))
                return Convert.ToHexStringLower(notes.Slice(begin, size));
            notes = notes[end..];
        }
        return null;
    }
}
