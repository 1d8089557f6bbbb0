// SPDX-License-Identifier: Apache-2.0
using Spectre.Console;

namespace NetStall.Cli.Rendering;

/// <summary>A bar on standard error while a big file is read, where a terminal watches.</summary>
static class Progress
{
    const long WorthABar = 64 * 1024 * 1024;

    /// <param name="length">Bytes in all; null when nobody knows.</param>
    /// <param name="read">Bytes so far; asked from another thread.</param>
    /// <param name="work">What takes so long.</param>
    public static T While<T>(long? length, Func<long> read, Func<T> work)
    {
        if (Console.IsErrorRedirected || length is not { } all || all < WorthABar)
            return work();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        // The bar hides the cursor while it is drawn.
        using var killed = WhenKilled.Do(() => StandardError.Tell("\u001b[?25h"));
        return console.Progress().AutoClear(true).Start(context =>
        {
            var bar = context.AddTask("reading", maxValue: all);
            using var timer = new Timer(_ => bar.Value = read(), null, 100, 100);
            return work();
        });
    }

    /// <inheritdoc cref="While{T}"/>
    public static void While(long? length, Func<long> read, Action work) => While(length, read, () =>
    {
        work();
        return true;
    });
}
