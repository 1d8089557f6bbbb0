// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Probing;

namespace NetStall.Tests.Probing;

/// <summary>A peer that answers at once, but while one of its queues stalls: then it answers at the end of that. Times in microseconds.</summary>
sealed class PeerModel(ProbePlan plan)
{
    public long Rtt { get; init; } = 200;
    public long Probes { get; init; } = 200;

    /// <summary>Adds to the way of the probe with that number.</summary>
    public Func<long, long> Jitter { get; init; } = _ => 0;

    /// <summary>Begin, end and the flows whose queue it is; null for all.</summary>
    public List<(long Begin, long End, int[]? Flows)> Stalls { get; init; } = [];

    /// <summary>Packets that a stalled queue holds; what comes later is lost.</summary>
    public int Ring { get; init; } = int.MaxValue;

    /// <summary>The prober sends nothing in these.</summary>
    public List<(long Begin, long End)> OwnPauses { get; init; } = [];

    public Func<long, bool> IsLost { get; init; } = _ => false;

    /// <summary>In the order of sending.</summary>
    public List<ProbeAnswer> Answers()
    {
        var answers = new List<ProbeAnswer>();
        var held = new Dictionary<(long, int), int>();
        long step = plan.Interval.Nanoseconds / 1000 / plan.Flows;
        for (long i = 0; i < Probes * plan.Flows; i++)
        {
            long sent = 1_000_000 + i * step;
            int flow = (int)(i % plan.Flows);
            if (OwnPauses.Exists(p => sent >= p.Begin && sent < p.End))
                continue;
            long arrives = sent + Rtt / 2 + Jitter(i) / 2;
            long answered = arrives;
            bool lost = IsLost(i);
            for (int s = 0; s < Stalls.Count; s++)
            {
                var (begin, end, flows) = Stalls[s];
                if (arrives < begin || arrives >= end || (flows is not null && !flows.Contains(flow)))
                    continue;
                int before = held.GetValueOrDefault((s, 0));
                held[(s, 0)] = before + 1;
                lost |= before >= Ring;
                // One after the other, each in a microsecond.
                answered = end + Math.Min(before, 64);
            }
            long received = answered + Rtt / 2 + Jitter(i) / 2;
            answers.Add(new ProbeAnswer(flow, answers.Count, Us(sent), lost ? null : Us(received)));
        }
        return answers;
    }

    public (List<ProbeStall> Stalls, List<LateAnswer> Late) Detected()
    {
        var (stalls, late) = (new List<ProbeStall>(), new List<LateAnswer>());
        var detector = new SawtoothDetector(plan, stalls.Add, late.Add);
        foreach (var answer in Answers())
            detector.Accept(answer);
        detector.Finish();
        return (stalls, late);
    }

    public static KernelTime Us(long microseconds) => new(microseconds * 1000);

    public static ProbePlan Plan(long intervalUs = 10_000, int flows = 1, ProbeTransport transport = ProbeTransport.Udp, long thresholdUs = 0) =>
        new(transport, 7, flows, Elapsed.FromMicroseconds(intervalUs), Elapsed.FromMicroseconds(thresholdUs == 0 ? 3 * intervalUs : thresholdUs));
}
