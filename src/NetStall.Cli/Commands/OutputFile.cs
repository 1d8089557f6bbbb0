// SPDX-License-Identifier: Apache-2.0
using NetStall.Reports;

namespace NetStall.Cli.Commands;

/// <summary>Where <c>-o</c> points.</summary>
static class OutputFile
{
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static FileStream Create(string path)
    {
        try
        {
            return File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Nothing can be written to {Visible.Of(path)}: {e.Message}");
        }
    }
}
