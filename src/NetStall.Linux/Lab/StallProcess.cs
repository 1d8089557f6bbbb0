// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetStall.Linux.Lab.Stalls;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>The process that makes the stalls: a program of its own, so that it is somebody else who is to be found. It ends when we do.</summary>
sealed class StallProcess : IDisposable
{
    // Thousands of memory cgroups take some seconds to make, and tens of them on an emulated machine.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly Process _process;
    readonly Task<string> _complaints;
    readonly string _kind;

    StallProcess(Process process, string kind)
    {
        _process = process;
        _kind = kind;
        _complaints = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it, and waits until it is ready to shoot. To be called by a thread that outlives it.</summary>
    /// <param name="program">netstall itself.</param>
    /// <exception cref="CannotHereException">This kernel or user cannot make the kind; the message is the process's own.</exception>
    public static StallProcess Start(string program, StallOrder order)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in new[]
        {
            "lab-stall", order.Kind, "--wait",
            "--cpu", order.Cpu.Value.ToString(CultureInfo.InvariantCulture), "--length", Nanoseconds(order.Length),
            "--count", order.Count.ToString(CultureInfo.InvariantCulture), "--gap", Nanoseconds(order.Gap),
        })
            start.ArgumentList.Add(word);
        var process = new StallProcess(Process.Start(start)!, order.Kind);
        try
        {
            process.Line();
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Lets it shoot; returns each stall as soon as it is over.</summary>
    public IEnumerable<Truth> Shoot()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        while (Line() is { } line)
            yield return Parse(line);
    }

    public void Dispose()
    {
        // Without its standard input it does not begin; in the middle it is killed, and what it made goes with it.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromMilliseconds(500)))
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    // {"cpu":1,"comm":"lab-setgroups","pid":4711,"tid":4711,"syscall":"setgroups","file":null,"beginNs":123456789,"lengthNs":20123456}
    internal static Truth Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new Truth(
            new CpuId(root.GetProperty("cpu").GetInt32()), root.GetProperty("comm").GetString()!,
            new Pid(root.GetProperty("pid").GetInt32()), new Tid(root.GetProperty("tid").GetInt32()), root.GetProperty("syscall").GetString(),
            new KernelTime(root.GetProperty("beginNs").GetInt64()), new Elapsed(root.GetProperty("lengthNs").GetInt64()));
    }

    // Null when it has ended well.
    string? Line()
    {
        var reading = _process.StandardOutput.ReadLineAsync();
        if (!reading.Wait(Patience))
            throw new CannotHereException($"The stall {_kind} did not come in {Patience.TotalMinutes} minutes.");
        if (reading.Result is { } line)
            return line;
        _process.WaitForExit();
        if (_process.ExitCode == 0)
            return null;
        string why = _complaints.Result.Trim();
        const string Name = "netstall: ";
        throw new CannotHereException(why.StartsWith(Name, StringComparison.Ordinal) ? why[Name.Length..] : $"The stall {_kind} ended with exit code {_process.ExitCode}: {why}");
    }

    static string Nanoseconds(Elapsed length) => string.Create(CultureInfo.InvariantCulture, $"{length.Nanoseconds}ns");
}
