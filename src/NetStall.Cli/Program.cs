// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using NetStall.Cli;
using NetStall.Cli.Commands;
using NetStall.Recordings;

var root = new RootCommand("Says who kept a Linux node from receiving packets: which process, in which pod, in which system call, for how long.")
{
    AnalyzeCommand.Create(),
    CollapseCommand.Create(),
};

try
{
    var parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine($"netstall: {error.Message}");
        Console.Error.WriteLine("Try `netstall --help`, or `netstall analyze --help`.");
        return (int)ExitCode.BadInput;
    }
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is UnreadableRecordingException or UsageException)
{
    Console.Error.WriteLine($"netstall: {e.Message}");
    return (int)ExitCode.BadInput;
}
catch (IOException e) when (e.HResult == BrokenPipe.HResult)
{
    // `netstall … | head` has seen enough.
    return (int)ExitCode.NothingFound;
}
