// SPDX-License-Identifier: Apache-2.0
using NetStall.Catalogue;
using Xunit;

namespace NetStall.Tests.Catalogue;

/// <summary>What every entry of the table must keep.</summary>
public class CauseTableTests
{
    static readonly string[] Mechanisms =
    [
        "syscall-blocks-ksoftirqd", "bottom-halves-off", "interrupts-off", "hardirq-storm", "softirq-hog", "napi-budget", "ksoftirqd-outcompeted",
        "realtime-starvation", "napi-thread-starved", "idle-exit", "vcpu-steal", "machine-stopped", "interrupt-moderation", "irq-placement",
        "rps-ipi-held", "lost-raise", "ring-starved", "wire-or-nic", "busy-poll", "device-stopped", "cpu-hotplug", "not-a-receive-stall", "unknown",
    ];

    public static TheoryData<string> Ids => [.. KnownCauses.All.Select(cause => cause.Id)];

    static KnownCause Entry(string id) => KnownCauses.All.Single(cause => cause.Id == id);

    // A name that fits the entry, where it asks for one.
    static string? CommFor(KnownCause cause) => cause.NeedsComm ? cause.Comms[0].Replace("*", "0", StringComparison.Ordinal) : null;

    static IEnumerable<string> MechanismsOf(KnownCause cause, StackPart part) =>
        Mechanisms.Where(mechanism => cause.Modes.Any(mode => mode.Explains(mechanism, part)));

    static bool FitsTask(KnownCause cause, string[] stack) =>
        cause.TaskPatterns.Any(pattern => StackPattern.Parse(pattern).Fit(stack.AsSpan(..InterruptBoundary.Find(stack))).Fitted);

    static bool FitsInterrupt(KnownCause cause, string[] stack) =>
        cause.InterruptPatterns.Any(pattern => StackPattern.Parse(pattern).Fit(stack).Fitted);

    [Fact]
    public void The_table_holds_C01_to_C56_in_order()
    {
        Assert.Equal(Enumerable.Range(1, 56).Select(n => $"C{n:D2}"), KnownCauses.All.Select(cause => cause.Id));
        Assert.Equal(CauseTable.ExpectedSchema, CauseTable.Load().Schema);
        Assert.Equal(1, KnownCauses.Version);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_entry_says_in_whole_sentences_why_and_what_to_do(string id)
    {
        var cause = Entry(id);
        Assert.Matches(@"^\S.{10,110}[^.\s]$", cause.Title);
        Assert.Matches(@"^\S.{60,420}\.$", cause.Why);
        Assert.Matches(@"^\S.{12,420}[.)]$", cause.Remedy);
        Assert.NotEmpty(cause.Sources);
        Assert.Contains(cause.Grade, new[] { "A", "B", "C" });
        Assert.NotEmpty(cause.Modes);
        Assert.False(string.IsNullOrWhiteSpace(cause.Who));
        Assert.False(string.IsNullOrWhiteSpace(cause.Magnitude));
        Assert.All([cause.Title, cause.Why, cause.Remedy], text => Assert.DoesNotContain('\n', text));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_entry_is_recognised_by_patterns_or_by_its_mechanism_and_each_pattern_has_a_stack(string id)
    {
        var cause = Entry(id);
        Assert.True(cause.ByMechanism || cause.TaskPatterns.Count + cause.InterruptPatterns.Count > 0);
        Assert.Equal(cause.Stacks.Count > 0, cause.TaskPatterns.Count + cause.InterruptPatterns.Count > 0);
        Assert.True(!cause.NeedsComm || cause.Comms.Count > 0);
        foreach (string pattern in cause.TaskPatterns)
            Assert.Contains(cause.Stacks, text => text.Split(';') is var stack
                && StackPattern.Parse(pattern).Fit(stack.AsSpan(..InterruptBoundary.Find(stack))).Fitted);
        foreach (string pattern in cause.InterruptPatterns)
            Assert.Contains(cause.Stacks, text => StackPattern.Parse(pattern).Fit(text.Split(';')).Fitted);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_stack_of_an_entry_finds_that_entry_for_each_mechanism_that_it_explains(string id)
    {
        var cause = Entry(id);
        foreach (string text in cause.Stacks)
        {
            string[] stack = text.Split(';');
            if (cause.Modes.All(mode => mode == CauseMode.Lock))
            {
                Assert.Equal(id, KnownCauses.LookAlike(stack)?.Id);
                continue;
            }
            bool onTask = FitsTask(cause, stack);
            string[] mechanisms = [.. MechanismsOf(cause, onTask ? StackPart.Task : StackPart.Interrupt)];
            Assert.NotEmpty(mechanisms);
            foreach (string mechanism in mechanisms)
                Assert.Equal(id, KnownCauses.Match(stack, mechanism, CommFor(cause))?.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_stack_never_finds_an_entry_for_a_mechanism_that_the_entry_cannot_explain(string id)
    {
        var cause = Entry(id);
        var mine = MechanismsOf(cause, StackPart.Task).Concat(MechanismsOf(cause, StackPart.Interrupt)).ToHashSet();
        foreach (string text in cause.Stacks)
        {
            foreach (string mechanism in Mechanisms.Where(mechanism => !mine.Contains(mechanism)))
                Assert.NotEqual(id, KnownCauses.Match(text.Split(';'), mechanism, CommFor(cause))?.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Without_its_telling_functions_a_stack_does_not_find_its_entry(string id)
    {
        var cause = Entry(id);
        foreach (string text in cause.Stacks)
        {
            string[] rest = [.. text.Split(';').Where(function => CommonFunctions.Contains(Symbols.KernelFunctionNames.Strip(function)))];
            Assert.False(FitsTask(cause, rest) || FitsInterrupt(cause, rest));
            foreach (string mechanism in Mechanisms.Where(mechanism => mechanism is not ("realtime-starvation" or "machine-stopped" or "vcpu-steal")))
                Assert.Null(KnownCauses.Match(rest, mechanism, CommFor(cause)));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_pattern_cannot_be_met_by_one_common_function(string id)
    {
        var cause = Entry(id);
        foreach (string text in cause.TaskPatterns.Concat(cause.InterruptPatterns))
        {
            var steps = StackPattern.Parse(text).Steps.Where(step => !step.Optional).ToArray();
            Assert.NotEmpty(steps);
            // What is left of a pattern at its barest: no step of it may be a name like "*".
            string[] names = [.. text.Split(" > ").SelectMany(step => step.TrimStart('?').Split('|'))];
            Assert.All(names, name => Assert.True(name.Count(char.IsLetter) >= 2, $"{id}: {name}"));
            if (steps.Length == 1)
                Assert.All(names, name => Assert.False(CommonFunctions.Contains(name), $"{id}: {name} alone says nothing"));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_interrupt_on_top_of_the_task_changes_nothing(string id)
    {
        var cause = Entry(id);
        foreach (string text in cause.Stacks.Where(text => !cause.Modes.Contains(CauseMode.Lock) && FitsTask(cause, text.Split(';'))))
        {
            string[] interrupted =
                [.. text.Split(';'), "asm_sysvec_apic_timer_interrupt", "sysvec_apic_timer_interrupt", "__irq_exit_rcu", "handle_softirqs", "net_rx_action"];
            foreach (string mechanism in MechanismsOf(cause, StackPart.Task).Intersect(["syscall-blocks-ksoftirqd", "interrupts-off", "bottom-halves-off"]))
                Assert.Equal(id, KnownCauses.Match(interrupted, mechanism, CommFor(cause))?.Id);
        }
    }
}
