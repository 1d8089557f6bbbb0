// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Cli;

/// <summary>Puts right what must not stay behind when Ctrl-C or SIGTERM ends the program. It still ends by that signal.</summary>
sealed class WhenKilled : IDisposable
{
    readonly PosixSignalRegistration[] _signals;

    WhenKilled(PosixSignalRegistration[] signals) => _signals = signals;

    /// <param name="undo">Called on another thread, in the middle of whatever runs.</param>
    public static WhenKilled Do(Action undo) => new(
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => undo()),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => undo()),
    ]);

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
    }
}
