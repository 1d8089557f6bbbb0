// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using NetStall.Cli.Input;
using NetStall.Linux.Lab.Stalls;
using NetStall.Model;

namespace NetStall.Cli.Commands;

/// <summary><c>netstall lab-stall KIND</c>: the process that the lab starts to make its stalls, so that somebody else is to be found.</summary>
static class LabStallCommand
{
    public static Command Create()
    {
        var kind = new Argument<string>("KIND") { Description = "Which stall." };
        kind.AcceptOnlyFromAmong([.. StallShooter.Kinds]);
        var cpu = new Option<int>("--cpu") { HelpName = "NUMBER", Description = "Where." };
        var length = new Option<string>("--length") { HelpName = "LENGTH", Description = "How long, where that can be chosen.", DefaultValueFactory = _ => "20ms" };
        var count = new Option<int>("--count") { HelpName = "NUMBER", Description = "How many.", DefaultValueFactory = _ => 5 };
        var gap = new Option<string>("--gap") { HelpName = "LENGTH", Description = "Before each.", DefaultValueFactory = _ => "200ms" };
        var wait = new Option<bool>("--wait") { Description = "Begin when a line comes on standard input." };
        var onCommand = new Option<bool>("--on-command") { Description = "The same for each shot, not only the first." };
        var user = new Option<uint?>("--user") { HelpName = "UID", Description = "As whom to shoot; all is prepared before." };
        var command = new Command("lab-stall", "Makes stalls, for netstall lab, and writes down each as a line of JSON.") { kind, cpu, length, count, gap, wait, onCommand, user };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            StallShooter.Run(
                new StallOrder(
                    parsed.GetValue(kind)!, new CpuId(parsed.GetValue(cpu)), Arguments.ParseElapsed(parsed.GetValue(length)!, "--length"),
                    parsed.GetValue(count), Arguments.ParseElapsed(parsed.GetValue(gap)!, "--gap"))
                { User = parsed.GetValue(user), OnCommand = parsed.GetValue(onCommand) },
                Console.Out, parsed.GetValue(wait) || parsed.GetValue(onCommand) ? Console.In : null);
            return (int)ExitCode.NothingFound;
        });
        return command;
    }
}
