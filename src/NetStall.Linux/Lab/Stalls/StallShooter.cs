// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>What a process that makes stalls is told.</summary>
/// <param name="Kind">One of <see cref="StallShooter.Kinds"/>.</param>
/// <param name="Cpu">Where.</param>
/// <param name="Length">How long each, where that can be chosen.</param>
/// <param name="Count">How many.</param>
/// <param name="Gap">Before each.</param>
public sealed record StallOrder(string Kind, CpuId Cpu, Elapsed Length, int Count, Elapsed Gap)
{
    /// <summary>As whom it shoots; null for who started it. All is prepared before.</summary>
    public uint? User { get; init; }

    /// <summary>Each shot waits for a line on the standard input, not only the first.</summary>
    public bool OnCommand { get; init; }
}

/// <summary>Makes stalls in this process, on its first thread, and writes down each as a line of JSON.</summary>
/// <remarks>
/// <code>
/// {"ready":true}
/// {"cpu":1,"comm":"lab-setgroups","pid":4711,"tid":4711,"syscall":"setgroups","file":null,"beginNs":123456789,"lengthNs":20123456}
/// </code>
/// The process has the stall's name, and ends when the one that started it does.
/// </remarks>
public static class StallShooter
{
    /// <summary>A shot that comes to nothing is tried again so often.</summary>
    const int Attempts = 5;

    public static IEnumerable<string> Kinds => StallKinds.Names;

    /// <param name="go">The first shot waits for a line of it; its end calls all off. Null not to wait.</param>
    /// <exception cref="CannotHereException">This kernel or user cannot make the kind.</exception>
    public static void Run(StallOrder order, TextWriter output, TextReader? go = null)
    {
        string comm = NameOf(order.Kind);
        ShootingThread.DieWithParent();
        ShootingThread.Rename(comm);
        CpuMask.Pin(default, order.Cpu);
        using var stall = Make(order);
        Refusable(order, stall.WarmUp);
        if (order.User is { } user)
            ShootingThread.Become(user);
        output.WriteLine("{\"ready\":true}");
        output.Flush();
        for (int i = 0; i < order.Count; i++)
        {
            if (go is not null && (i == 0 || order.OnCommand) && go.ReadLine() is null)
                return;
            Thread.Sleep(TimeSpan.FromMilliseconds(order.Gap.Milliseconds));
            StallShot? shot = null;
            Refusable(order, () =>
            {
                for (int attempt = 0; attempt < Attempts && shot is null; attempt++)
                    shot = stall.Shoot();
            });
            if (shot is { } made)
                Write(output, order, comm, stall, made);
            else
                throw new CannotHereException($"The stall {order.Kind} came to nothing {Attempts} times: see what else runs on {order.Cpu}.");
        }
    }

    /// <summary>What the kernel calls the process: fifteen bytes at most.</summary>
    public static string NameOf(string kind) => $"lab-{kind}" is { Length: > 15 } name ? name[..15] : $"lab-{kind}";

    static IStall Make(StallOrder order)
    {
        IStall? stall = null;
        Refusable(order, () => stall = StallKinds.Make(order.Kind, order.Length));
        return stall!;
    }

    static void Refusable(StallOrder order, Action what)
    {
        try
        {
            what();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or SystemCallException { Errno: Errno.NotPermitted or Errno.AccessDenied })
        {
            throw new CannotHereException($"The stall {order.Kind} needs root: run it with sudo. ({e.Message})", e);
        }
        catch (Exception e) when (e is SystemCallException or IOException)
        {
            throw new CannotHereException($"This kernel cannot make the stall {order.Kind}: {e.Message}.", e);
        }
    }

    static void Write(TextWriter output, StallOrder order, string comm, IStall stall, StallShot shot)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("cpu", (shot.Cpu ?? order.Cpu).Value);
            json.WriteString("comm", comm);
            json.WriteNumber("pid", Environment.ProcessId);
            json.WriteNumber("tid", shot.Tid?.Value ?? StallNative.gettid());
            json.WriteString("syscall", stall.Syscall);
            json.WriteString("file", stall.File);
            json.WriteNumber("beginNs", shot.Begin.Nanoseconds);
            json.WriteNumber("lengthNs", shot.Length.Nanoseconds);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
        output.Flush();
    }
}
