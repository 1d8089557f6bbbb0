// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Tests.Drawings;

sealed record DrawnTask(Tid Tid, NameId Comm, int Priority, int? Syscall);

/// <summary>What the letters of a drawing stand for. A letter that is not explained is a task of that name.</summary>
sealed class DrawnLegend(Recording recording)
{
    readonly Dictionary<char, DrawnTask> _tasks = [];
    readonly Dictionary<char, string> _stacks = [], _interrupts = [], _napis = [];

    /// <summary>Some task makes system calls: then raw_syscalls was recorded.</summary>
    public bool HasSyscalls { get; private set; }

    /// <summary>The interrupts are x86 vectors without a number.</summary>
    public bool HasVectors { get; private set; }

    public void Read(string line)
    {
        int equals = line.IndexOf(" = ", StringComparison.Ordinal);
        if (equals < 0 || line[..equals].Split(' ') is not [var what, [var key]])
            throw new FormatException($"a drawing cannot say `{line}`");
        string value = line[(equals + 3)..];
        switch (what)
        {
            case "task":
                ReadTask(key, value.Split(", "));
                break;
            case "stack":
                _stacks.Add(key, value);
                break;
            case "irq":
                _interrupts.Add(key, value);
                break;
            case "vector":
                _interrupts.Add(key, value);
                HasVectors = true;
                break;
            case "napi":
                _napis.Add(key, value);
                break;
            default:
                throw new FormatException($"a drawing cannot say `{line}`");
        }
    }

    public DrawnTask Task(char letter, CpuId cpu)
    {
        char key = char.ToLowerInvariant(letter);
        if (key == '.')
            return new DrawnTask(Tid.Idle, recording.Names.Intern($"swapper/{cpu.Value}"), 120, null);
        if (key == 'k')
            return Named(new DrawnTask(new Tid(20 + cpu.Value), recording.Names.Intern($"ksoftirqd/{cpu.Value}"), 120, null));
        if (!_tasks.TryGetValue(key, out var task))
            _tasks.Add(key, task = Named(new DrawnTask(TidOf(key), recording.Names.Intern($"{key}"), 120, null)));
        return task;
    }

    public string? Stack(char letter) => _stacks.GetValueOrDefault(letter);

    public NameId Interrupt(char letter) => recording.Names.Intern(_interrupts.GetValueOrDefault(letter, $"{letter}"));

    public (NameId Device, int Key) Napi(char letter)
    {
        char key = char.ToLowerInvariant(letter);
        return (_napis.TryGetValue(key, out string? device) ? recording.Names.Intern(device) : default, key);
    }

    void ReadTask(char key, string[] says)
    {
        int priority = 120;
        int? syscall = null;
        foreach (string part in says[1..])
        {
            if (part.Split(' ') is ["priority", var number])
                priority = int.Parse(number, CultureInfo.InvariantCulture);
            else if (part.Split(' ') is ["calls", var call])
                (syscall, HasSyscalls) = (NumberOf(call), true);
        }
        _tasks.Add(key, Named(new DrawnTask(TidOf(key), recording.Names.Intern(says[0]), priority, syscall)));
    }

    DrawnTask Named(DrawnTask task)
    {
        recording.Tasks.OnComm(default, new Pid(task.Tid.Value), task.Tid, task.Comm);
        return task;
    }

    static Tid TidOf(char key) => new(100 + key);

    // x86-64's numbers.
    static int NumberOf(string call) => call switch
    {
        "read" => 0,
        "nanosleep" => 35,
        "kill" => 62,
        "setgroups" => 116,
        _ => throw new FormatException($"add the number of {call}()"),
    };
}
