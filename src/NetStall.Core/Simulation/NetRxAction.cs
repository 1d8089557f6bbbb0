// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One CPU's NET_RX: the poll list, the budget, the time limit (net/core/dev.c, net_rx_action).</summary>
/// <remarks>Limits are looked at between polls only, and time is counted in ticks: a limit of two ticks ends after more than one and at most two.</remarks>
sealed class NetRxAction(Machine machine, LiveCpu cpu)
{
    readonly Queue<LiveNapi> _pollList = [];
    readonly Queue<LiveNapi> _list = [];
    readonly Queue<LiveNapi> _again = [];
    readonly List<LiveCpu> _heldIpis = [];
    bool _isRunning, _isPolling;
    long _limit;
    int _budget;

    public bool HasWork => _pollList.Count > 0;

    /// <summary>____napi_schedule() of one whose SCHED bit is set already.</summary>
    public void Schedule(LiveNapi napi)
    {
        if (napi.Thread is { } thread)
        {
            napi.ThreadIsDue = true;
            cpu.Scheduler.Wake(thread);
            return;
        }
        Add(_pollList, napi);
        if (machine.Kernel.RaisesInsideNetRx || !_isRunning)
            RaiseNetRx();
    }

    /// <summary>The other CPU's backlog has got its first packet; it is told when NET_RX ends here.</summary>
    public void HoldIpiFor(LiveCpu other)
    {
        _heldIpis.Add(other);
        // napi_schedule_rps() sees to it that NET_RX runs here and sends it.
        if (machine.Kernel.RaisesInsideNetRx || !_isRunning)
            RaiseNetRx();
    }

    void RaiseNetRx()
    {
        if (machine.Kernel.TaskRaiseWakes)
            cpu.Softirqs.RaiseAndWake(SoftirqVector.NetRx);
        else
            cpu.Softirqs.Raise(SoftirqVector.NetRx);
    }

    public void Begin()
    {
        _limit = machine.Jiffies + machine.BudgetJiffies;
        _budget = machine.Host.Tunables.Budget ?? machine.Kernel.Budget;
        _isRunning = true;
        _isPolling = false;
        Move(_pollList, _list);
        cpu.SetLeft(cpu.Softirqs.Level, 0);
    }

    /// <summary>True when NET_RX is through.</summary>
    public bool Step()
    {
        if (_isPolling)
        {
            if (!cpu.Poll.Step())
                return false;
            _isPolling = false;
            if (EndPoll())
                return true;
        }
        if (_list.Count == 0)
        {
            // Since 6.4 what was scheduled meanwhile joins.
            if (_again.Count > 0 || _pollList.Count == 0 || machine.Kernel.RaisesInsideNetRx)
            {
                End();
                return true;
            }
            Move(_pollList, _list);
        }
        _isPolling = true;
        var napi = _list.Dequeue();
        napi.IsListed = false;
        cpu.Poll.Begin(napi, cpu.Softirqs.Level);
        return false;
    }

    /// <summary>net_rps_send_ipi()</summary>
    public void SendIpis()
    {
        foreach (var other in _heldIpis)
            machine.Events.Set(other.CallSlot, cpu.Clock + machine.Draws.IpiTransit.Next());
        _heldIpis.Clear();
    }

    bool EndPoll()
    {
        var napi = cpu.Poll.Napi;
        int work = cpu.Poll.Work;
        _budget -= work;
        if (work >= napi.Weight)
            Add(_again, napi);
        if (_budget > 0 && machine.Jiffies < _limit)
            return false;
        // Counted even if nothing is left to do.
        cpu.Counters.TimeSqueeze++;
        End();
        return true;
    }

    // The new poll list: what was not reached, what came meanwhile, what wants to be polled again.
    void End()
    {
        Move(_pollList, _list);
        Move(_again, _list);
        Move(_list, _pollList);
        if (_pollList.Count > 0)
            cpu.Softirqs.Raise(SoftirqVector.NetRx);
        // Since 6.4 it stays set while NET_RX is raised again anyway.
        _isRunning = _pollList.Count > 0;
        SendIpis();
    }

    static void Add(Queue<LiveNapi> list, LiveNapi napi)
    {
        napi.IsListed = true;
        list.Enqueue(napi);
    }

    static void Move(Queue<LiveNapi> from, Queue<LiveNapi> to)
    {
        while (from.TryDequeue(out var napi))
            to.Enqueue(napi);
    }
}
