// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What a CPU does when it has nothing to do: it stops its tick and sleeps, the deeper the longer to wake.</summary>
sealed class IdleLoop(Machine machine, LiveCpu cpu)
{
    int _state;
    long _since, _lastLength;
    bool _isAsleep;

    /// <summary>An interrupt has come, and the CPU is not yet able to take it.</summary>
    public bool IsWaking { get; private set; }

    public bool TickIsStopped { get; private set; }

    /// <summary>The idle task comes onto the CPU.</summary>
    public void OnSwitchedIn()
    {
        TickIsStopped = true;
        machine.Events.Cancel(cpu.TickSlot);
        machine.LeaveTimekeeping(cpu);
        Sleep();
    }

    public void OnSwitchedOut()
    {
        if (_isAsleep)
            WakeUp();
        TickIsStopped = false;
        machine.UpdateJiffies(cpu.Clock);
        machine.Events.Set(cpu.TickSlot, machine.NextTick(cpu));
    }

    /// <summary>Sleeps, also again after an interrupt that had nothing for it to do.</summary>
    public void Sleep()
    {
        cpu.SetLeft(Level.Task, LiveCpu.Forever);
        if (_isAsleep)
            return;
        _isAsleep = true;
        _since = cpu.Clock;
        _state = 0;
        var states = cpu.Definition.IdleStates;
        for (int i = 0; i < states.Count; i++)
        {
            if (states[i].Worth.Nanoseconds <= _lastLength)
                _state = i;
        }
        machine.Tracer.OnIdle(cpu, _state);
    }

    /// <summary>Whether an interrupt can be taken at once. If not, the CPU begins to wake.</summary>
    public bool IsAwake()
    {
        if (!_isAsleep || !cpu.Current.IsIdle || cpu.Top != Level.Task)
            return true;
        var states = cpu.Definition.IdleStates;
        long exit = _state < states.Count ? states[_state].Exit.Nanoseconds : 0;
        if (exit == 0)
        {
            WakeUp();
            return true;
        }
        IsWaking = true;
        cpu.SetLeft(Level.Task, exit);
        return false;
    }

    /// <summary>Awake at last.</summary>
    public void OnWoken()
    {
        IsWaking = false;
        cpu.SetLeft(Level.Task, LiveCpu.Forever);
        WakeUp();
    }

    void WakeUp()
    {
        _isAsleep = false;
        _lastLength = cpu.Clock - _since;
        machine.Tracer.OnIdle(cpu, -1);
    }
}
