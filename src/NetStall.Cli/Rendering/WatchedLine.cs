// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli.Rendering;

/// <summary>One line on standard error that is written over and over, where a terminal watches; nothing elsewhere.</summary>
sealed class WatchedLine : IDisposable
{
    readonly bool _watched = !Console.IsErrorRedirected;
    bool _shown;

    public void Show(string text)
    {
        if (!_watched)
            return;
        _shown = true;
        // Back to the begin, and clear what stood behind.
        Console.Error.Write($"\r{text}\u001b[K");
    }

    public void Dispose()
    {
        if (_shown)
            Console.Error.Write("\r\u001b[K");
    }
}
