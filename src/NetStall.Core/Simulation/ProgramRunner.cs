// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Runs the steps of a task's program, each in phases between which interrupts, softirqs and other tasks may come.</summary>
/// <remarks>
/// <code>
///   user | edge | body: free, or holding something; cond_resched() here and there | edge | user
///        ^ sys_enter                                                       sys_exit ^
/// </code>
/// </remarks>
sealed class ProgramRunner(Machine machine, LiveCpu cpu)
{
    const int Body = 1, Leaving = 100, Left = 101;

    public void Step(LiveTask task)
    {
        task.AtInterruptEnable = false;
        var step = task.Now;
        if (task.Phase == 0)
        {
            if (step.Definition is TaskStep.Compute)
            {
                task.Phase = Left;
                cpu.SetLeft(Level.Task, step.Length.Next());
                return;
            }
            Enter(task, step);
            return;
        }
        if (task.Phase == Left)
        {
            Leave(task, step);
            return;
        }
        if (task.Phase == Leaving)
        {
            task.Phase = Left;
            cpu.SetLeft(Level.Task, task.IsKernel ? 0 : machine.Draws.SyscallEdge.Next());
            return;
        }
        switch (step.Definition)
        {
            case TaskStep.Call:
                Call(task, step);
                return;
            case TaskStep.Sleep:
                task.Phase = Leaving;
                machine.Events.Set(task.TimerSlot, cpu.Clock + Math.Max(1, step.Length.Next()));
                cpu.Tasks.Sleep();
                return;
            case TaskStep.Receive:
                Receive(task, step.Socket ?? throw new InvalidOperationException("A reader has a socket."));
                return;
            case TaskStep.SendLocal:
                SendLocal(task, step, step.Flow ?? throw new InvalidOperationException("A sender has a flow."));
                return;
            case TaskStep.ScheduleNapi:
                task.Phase = Leaving;
                cpu.Interrupts.Schedule(step.Napi ?? throw new InvalidOperationException("A driver has a NAPI."));
                return;
        }
    }

    void Enter(LiveTask task, LiveStep step)
    {
        task.Phase = Body;
        task.InKernel = true;
        if (!task.IsKernel)
            machine.Tracer.OnSyscall(cpu, EventKind.SyscallEnter, step.SyscallNumber);
        task.BodyLeft = step.Definition is TaskStep.Call ? step.Length.Next() : 0;
        task.ToCondResched = step.CondResched?.Next() ?? LiveCpu.Forever;
        task.ToMightSleep = step.MightSleep?.Next() ?? LiveCpu.Forever;
        task.HoldsNow = step.Holds != Holding.Nothing;
        cpu.SetLeft(Level.Task, task.IsKernel ? 0 : machine.Draws.SyscallEdge.Next());
    }

    void Leave(LiveTask task, LiveStep step)
    {
        bool inCall = step.Definition is not TaskStep.Compute && !task.IsKernel;
        if (inCall)
        {
            machine.Tracer.OnSyscall(cpu, EventKind.SyscallExit, step.SyscallNumber);
            task.InKernel = false;
        }
        task.Phase = 0;
        if (++task.Step == task.Program.Length)
        {
            task.Step = 0;
            if (++task.Runs == task.Times)
            {
                cpu.Tasks.Sleep();
                return;
            }
        }
        if (inCall)
            cpu.Tasks.OnUserMode();
    }

    // Phase 1 begins a chunk of the body, phase 2 ends it.
    void Call(LiveTask task, LiveStep step)
    {
        if (task.Phase == Body)
        {
            if (task.BodyLeft == 0)
            {
                task.Phase = Leaving;
                return;
            }
            if (task.HoldsNow && !TryHold(task, step.Holds))
                return;
            long most = task.HoldsNow ? step.HoldFor?.Next() ?? task.BodyLeft
                : Math.Min(Math.Min(task.ToCondResched, task.ToMightSleep), step.Holds == Holding.Nothing ? LiveCpu.Forever : step.LetGoFor?.Next() ?? 0);
            task.Chunk = Math.Min(task.BodyLeft, most);
            task.Phase = 2;
            cpu.SetLeft(Level.Task, task.Chunk);
            return;
        }
        task.Phase = Body;
        task.BodyLeft -= task.Chunk;
        if (task.HoldsNow)
        {
            task.HoldsNow = false;
            LetGo(task, step.Holds);
            return;
        }
        task.HoldsNow = step.Holds != Holding.Nothing;
        Points(task, step);
    }

    void Points(LiveTask task, LiveStep step)
    {
        task.ToCondResched -= task.Chunk;
        task.ToMightSleep -= task.Chunk;
        bool isPoint = false;
        if (task.ToCondResched <= 0)
        {
            task.ToCondResched = step.CondResched?.Next() ?? LiveCpu.Forever;
            isPoint = true;
        }
        if (task.ToMightSleep <= 0)
        {
            task.ToMightSleep = step.MightSleep?.Next() ?? LiveCpu.Forever;
            isPoint |= machine.Preemption == PreemptionModel.Voluntary;
        }
        if (isPoint)
            cpu.Tasks.CondResched();
    }

    bool TryHold(LiveTask task, Holding what)
    {
        switch (what)
        {
            case Holding.BottomHalves:
                return cpu.Tasks.TryDisableBottomHalves(task);
            case Holding.Interrupts:
                task.InterruptsOff = true;
                return true;
            default:
                task.PreemptionOff = true;
                return true;
        }
    }

    void LetGo(LiveTask task, Holding what)
    {
        switch (what)
        {
            case Holding.BottomHalves:
                cpu.Tasks.EnableBottomHalves(task);
                return;
            case Holding.Interrupts:
                // What waits strikes right here.
                task.InterruptsOff = false;
                task.AtInterruptEnable = true;
                return;
            default:
                task.PreemptionOff = false;
                return;
        }
    }

    void Receive(LiveTask task, LiveSocket socket)
    {
        switch (task.Phase)
        {
            case Body:
                if (socket.IsEmpty)
                {
                    socket.Waiting = task;
                    cpu.Tasks.Sleep();
                    return;
                }
                var packet = socket.Take();
                var counters = machine.Flows[packet.Flow].Counters;
                counters.Read++;
                counters.ReadLatency.Add(new Elapsed(cpu.Clock - packet.Arrived));
                task.Phase = 2;
                cpu.SetLeft(Level.Task, machine.Draws.Receive.Next());
                return;
            case 2:
                // It gives the buffer's memory back under a lock of the socket, with bottom halves off for a moment.
                if (!cpu.Tasks.TryDisableBottomHalves(task))
                    return;
                task.Phase = Leaving;
                cpu.Tasks.EnableBottomHalves(task);
                return;
        }
    }

    void SendLocal(LiveTask task, LiveStep step, LiveFlow flow)
    {
        if (task.Phase == Body)
        {
            if (!cpu.Tasks.TryDisableBottomHalves(task))
                return;
            for (int i = 0; i < step.Packets; i++)
            {
                flow.Counters.Arrived++;
                cpu.Backlog.Enqueue(new Packet(cpu.Clock, flow.Index, 0), cpu);
            }
            task.Phase = 2;
            cpu.SetLeft(Level.Task, machine.Draws.Send.Next() * step.Packets);
            return;
        }
        task.Phase = Leaving;
        cpu.Tasks.EnableBottomHalves(task);
    }
}
