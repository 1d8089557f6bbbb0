// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>One CPU's backlog (<c>softnet_data</c>): packets that another CPU, a virtual device or an old driver left to it.</summary>
sealed class Backlog
{
    // net/core/dev.h, FLOW_LIMIT_HISTORY
    const int History = 128;

    readonly Machine _machine;
    readonly LiveCpu _cpu;
    readonly PacketRing _input = new(1024);
    readonly PacketRing _process = new(1024);
    readonly int _limit;
    readonly int[]? _history;
    readonly int[] _inHistory;
    int _historyAt;

    public Backlog(Machine machine, LiveCpu cpu, LiveNapi napi, int flows)
    {
        (_machine, _cpu, Napi) = (machine, cpu, napi);
        _limit = machine.Host.Tunables.MaxBacklog ?? machine.Kernel.MaxBacklog;
        _history = machine.Host.Tunables.FlowLimit ? new int[History] : null;
        _inHistory = new int[flows];
    }

    public LiveNapi Napi { get; }
    public int Count => _input.Count + _process.Count;

    /// <summary>enqueue_to_backlog() of this CPU, called on <paramref name="from"/>.</summary>
    public void Enqueue(in Packet packet, LiveCpu from)
    {
        var flow = _machine.Flows[packet.Flow];
        int length = _input.Count;
        if (length > _limit)
        {
            _cpu.Counters.Dropped++;
            _machine.Drop(flow, DropReason.Backlog);
            return;
        }
        if (_history is not null && IsOverFlowLimit(packet.Flow, length))
        {
            _cpu.Counters.Dropped++;
            _cpu.Counters.FlowLimited++;
            _machine.Drop(flow, DropReason.FlowLimit);
            return;
        }
        _input.Add(packet);
        if (length > 0 || Napi.IsScheduled)
            return;
        Napi.IsScheduled = true;
        if (from == _cpu)
            _cpu.NetRx.Schedule(Napi);
        else
            from.NetRx.HoldIpiFor(_cpu);
    }

    /// <summary>The next packet for a poll; false when all queues are empty.</summary>
    public bool TryTake(out Packet packet)
    {
        if (_process.Count == 0)
        {
            // process_backlog() takes over the whole input queue at once: what counts against the limit is what came since.
            while (_input.Count > 0)
                _process.Add(_input.Take());
        }
        if (_process.Count == 0)
        {
            packet = default;
            return false;
        }
        packet = _process.Take();
        return true;
    }

    public void CountQueued()
    {
        while (TryTake(out var packet))
            _machine.Flows[packet.Flow].Counters.Queued++;
    }

    // skb_flow_limit(): of the last 128 packets more than half are of this flow.
    bool IsOverFlowLimit(int flow, int length)
    {
        if (length < _limit / 2 || _history is null)
            return false;
        int old = _history[_historyAt];
        if (old > 0)
            _inHistory[old - 1]--;
        _history[_historyAt] = flow + 1;
        _historyAt = (_historyAt + 1) % History;
        return ++_inHistory[flow] > History / 2;
    }
}
