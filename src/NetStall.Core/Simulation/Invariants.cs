// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What must be true of every run (kernel and simulation alike); a violation is a bug of ours, and says where.</summary>
sealed class Invariants(Machine machine)
{
    readonly long[] _lastTaken = new long[machine.Host.Queues.Count];

    /// <summary>After each step of a CPU.</summary>
    public void Check(LiveCpu cpu)
    {
        foreach (var queue in machine.Queues)
        {
            var napi = queue.Napi;
            if (!machine.Kernel.Napi)
                continue;
            bool deferred = queue.IsMasked && machine.Host.Tunables.GroFlushTimeout > Elapsed.Zero, inThread = queue.IrqThread is { IsDue: true };
            Hold(queue.IsMasked == (napi.IsScheduled || deferred || inThread) || queue.Cpu != cpu, cpu, $"the interrupt of {queue.Definition.Name} is masked while its NAPI is scheduled, and only then");
            Hold(napi.Thread is not null || napi.IsScheduled == (napi.IsListed || napi.IsPolled), cpu, $"a scheduled NAPI of {queue.Definition.Name} is on a list, or polled");
        }
        Hold(cpu.Pending == 0 || !cpu.Current.IsIdle || cpu.Top != Level.Task || cpu.Scheduler.IsSwitching || cpu.Scheduler.NeedResched
            || cpu.Ksoftirqd.State != TaskState.Sleeping || cpu.Interrupts.AnyWaiting || !machine.Kernel.TaskRaiseWakes,
            cpu, "no CPU idles on a pending softirq");
        Hold(!cpu.IsActive(Level.Softirq) || cpu.Current.BottomHalvesOff == 0, cpu, "no softirq runs while bottom halves are off");
        Hold(!cpu.IsActive(Level.Softirq) || cpu.LeftOf(Level.Softirq) >= 0, cpu, "no work is overdue");
    }

    /// <summary>Packets of one queue are taken in the order in which they came.</summary>
    public void OnTaken(int queue, in Packet packet)
    {
        if (packet.Arrived < _lastTaken[queue])
            throw new InvalidOperationException($"Packets of queue {queue} overtook each other.");
        _lastTaken[queue] = packet.Arrived;
    }

    public static void CheckEnd(Outcome outcome)
    {
        for (int i = 0; i < outcome.Flows.Count; i++)
        {
            var flow = outcome.Flows[i];
            long dropped = 0;
            for (int r = 0; r < DropReasons.Count; r++)
                dropped += flow.Dropped((DropReason)r);
            if (flow.Arrived != flow.Delivered + dropped + flow.Queued)
                throw new InvalidOperationException(Text($"Flow {i}: {flow.Arrived} packets came, {flow.Delivered} were delivered, {dropped} dropped, {flow.Queued} are queued."));
        }
        for (int i = 0; i < outcome.Cpus.Count; i++)
        {
            if (outcome.Cpus[i].Total != outcome.Length.Nanoseconds)
                throw new InvalidOperationException(Text($"cpu{i}: its time adds up to {outcome.Cpus[i].Total} of {outcome.Length.Nanoseconds} ns."));
        }
        foreach (var queue in outcome.Queues)
        {
            if (queue.Arrived != queue.Missed + queue.Taken + queue.Waiting)
                throw new InvalidOperationException(Text($"A queue: {queue.Arrived} came, {queue.Missed} missed, {queue.Taken} taken, {queue.Waiting} wait."));
        }
    }

    static void Hold(bool holds, LiveCpu cpu, string what)
    {
        if (!holds)
            throw new InvalidOperationException(Text($"At {new Elapsed(cpu.Clock)} on cpu{cpu.Id} it is not true that {what}."));
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
