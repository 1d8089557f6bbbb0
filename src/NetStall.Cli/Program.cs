// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using NetStall.Cli;
using NetStall.Cli.Commands;
using NetStall.Cli.Input;
using NetStall.Linux;
using NetStall.Recordings;

var root = new RootCommand("Says who kept a Linux node from receiving packets: which process, in which pod, in which system call, for how long.")
{
    AnalyzeCommand.Create(),
    CollapseCommand.Create(),
    RecordCommand.Create(),
    ProbeCommand.Create(),
    LabCommand.Create(),
    LabStallCommand.Create(),
};

try
{
    // An empty name is what an unset variable of a script leaves; @ begins a file's name like any letter.
    if (Array.Exists(args, a => a.Length == 0))
        throw new UsageException("An argument is empty: is a variable of your script not set?");
    var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    Arguments.RefuseUnknownOptions(parsed, args);
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors)
            StandardError.Tell($"netstall: {error.Message}");
        StandardError.Tell("Try `netstall --help`, or `netstall analyze --help`.");
        return (int)ExitCode.BadInput;
    }
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is UnreadableRecordingException or UsageException)
{
    StandardError.Tell($"netstall: {e.Message}");
    return (int)ExitCode.BadInput;
}
catch (CannotHereException e)
{
    StandardError.Tell($"netstall: {e.Message}");
    return (int)ExitCode.CannotHere;
}
catch (IOException e) when (BrokenPipe.Is(e))
{
    // `netstall collapse … | head` has seen enough.
    return (int)ExitCode.NothingFound;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    // A disk that fails while it is read, or is full while it is written.
    StandardError.Tell($"netstall: Reading or writing went wrong: {e.Message}");
    return (int)ExitCode.BadInput;
}
