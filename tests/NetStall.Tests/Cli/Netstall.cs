// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace NetStall.Tests.Cli;

/// <summary>Runs the built program as a user does: another process, its output redirected.</summary>
static class Netstall
{
    public sealed record Answer(int ExitCode, string Output, string Error);

    public static Answer Run(params string[] arguments) => Run(null, arguments);

    public static Answer Run(byte[]? input, params string[] arguments) => Run(input, [], arguments);

    public static Answer Run(byte[]? input, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "netstall"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Samples.Root,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            if (input is not null)
                process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has seen enough of a bad input and is gone.
        }
        if (!process.WaitForExit(60_000))
        {
            process.Kill();
            throw new TimeoutException($"netstall {string.Join(' ', arguments)} hung.");
        }
        return new Answer(process.ExitCode, output.Result, error.Result);
    }
}
