// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli.Input;

/// <summary>Paths that name the same file, in one form.</summary>
static class SamePath
{
    /// <summary>The path from the root on, with a link at its end followed. Hard links stay two files.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException)
        {
            return full;
        }
    }
}
