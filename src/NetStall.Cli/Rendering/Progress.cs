// SPDX-License-Identifier: Apache-2.0
using NetStall.Cli.Input;
using Spectre.Console;

namespace NetStall.Cli.Rendering;

/// <summary>A bar on standard error while a big file is read, where a terminal watches.</summary>
static class Progress
{
    const long WorthABar = 64 * 1024 * 1024;

    public static void While(Timeline timeline, Action work)
    {
        if (Console.IsErrorRedirected || timeline.Length is not { } length || length < WorthABar)
        {
            work();
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().AutoClear(true).Start(context =>
        {
            var bar = context.AddTask("reading", maxValue: length);
            using var timer = new Timer(_ => bar.Value = timeline.BytesRead, null, 100, 100);
            work();
        });
    }
}
