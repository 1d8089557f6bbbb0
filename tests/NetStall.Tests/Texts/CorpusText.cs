// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Recordings;

namespace NetStall.Tests.Texts;

/// <summary>The texts in Corpus/, and sources over bytes.</summary>
static class CorpusText
{
    public static byte[] Read(string path) => File.ReadAllBytes(Folder(path));

    public static string[] Names(string folder) =>
        [.. Directory.GetFiles(Folder(folder), "*.txt").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public static MemoryBytes Source(byte[] bytes) => new("test", bytes);

    public static MemoryBytes Source(string text) => Source(Encoding.UTF8.GetBytes(text));

    static string Folder(string inCorpus)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "NetStall.slnx")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new InvalidOperationException("run the tests from a build inside the repository"), "tests/NetStall.Tests/Corpus", inCorpus);
    }
}
