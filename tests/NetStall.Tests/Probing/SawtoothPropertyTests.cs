// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Probing;
using Xunit;
using static NetStall.Tests.Probing.PeerModel;

namespace NetStall.Tests.Probing;

public sealed class SawtoothPropertyTests
{
    // Stalls of three intervals and more at any phase, some loss, noise of up to a tenth of a millisecond, one to sixteen flows.
    static readonly Gen<(long Begin, long Length, int Flows, int Noise, int LossPercent, uint Seed)> Cases =
        Gen.Select(Gen.Long[1_500_000, 1_510_000], Gen.Long[30_000, 300_000], Gen.Int[1, 16], Gen.Int[0, 100], Gen.Int[0, 10], Gen.UInt);

    static PeerModel Peer((long Begin, long Length, int Flows, int Noise, int LossPercent, uint Seed) c) =>
        new(Plan(flows: c.Flows))
        {
            Stalls = [(c.Begin, c.Begin + c.Length, null)],
            Jitter = i => (long)(Hash(i, c.Seed) % (ulong)(c.Noise + 1)),
            IsLost = i => c.LossPercent > 0 && Hash(i, c.Seed + 1) % 100 < (ulong)c.LossPercent,
        };

    static ulong Hash(long i, uint seed)
    {
        ulong x = (ulong)i * 0x9e3779b97f4a7c15 + seed;
        x = (x ^ (x >> 31)) * 0xbf58476d1ce4e5b9;
        return x ^ (x >> 29);
    }

    [Fact]
    public void Stalls_of_three_intervals_are_found_with_begin_and_end_within_one() =>
        Cases.Select(c => c with { LossPercent = 0 }).Sample(c =>
        {
            var stall = Assert.Single(Peer(c).Detected().Stalls);
            Assert.InRange((stall.Begin - Us(c.Begin)).Milliseconds, -10, 10);
            Assert.InRange((stall.End - Us(c.Begin + c.Length)).Milliseconds, -0.2, 0.2);
        }, iter: 500);

    [Fact]
    public void The_begin_is_where_it_is_said_to_be_whatever_is_lost() =>
        Cases.Sample(c =>
        {
            foreach (var stall in Peer(c).Detected().Stalls)
            {
                var noise = Elapsed.FromMicroseconds(c.Noise);
                Assert.True(stall.BeginEarliest - noise <= Us(c.Begin) && Us(c.Begin) <= stall.BeginLatest + noise, $"{stall}");
            }
        }, iter: 500);

    [Fact]
    public void No_answer_is_told_twice() =>
        Cases.Sample(c =>
        {
            var (stalls, late) = Peer(c).Detected();
            Assert.True(stalls.Sum(s => s.Late) + late.Count <= Peer(c).Answers().Count(a => !a.IsLost));
            Assert.True(stalls.Count <= 1, $"{stalls.Count} stalls");
        }, iter: 300);

    [Fact]
    public void Shifting_all_times_shifts_all_stalls() =>
        Gen.Select(Cases, Gen.Long[-1_000_000_000, 1_000_000_000]).Sample((c, by) =>
        {
            var shift = new Elapsed(by);
            var shifted = new List<ProbeStall>();
            var detector = new SawtoothDetector(Plan(flows: c.Flows), shifted.Add, _ => { });
            foreach (var answer in Peer(c).Answers())
                detector.Accept(answer with { Sent = answer.Sent + shift, Received = answer.Received is { } r ? r + shift : null });
            detector.Finish();

            Assert.Equal(Peer(c).Detected().Stalls.Select(s => (s.BeginEarliest + shift, s.BeginLatest + shift, s.End + shift, s.Late, s.Lost, s.Reach)),
                shifted.Select(s => (s.BeginEarliest, s.BeginLatest, s.End, s.Late, s.Lost, s.Reach)));
        }, iter: 200);

    [Fact]
    public void Any_answers_whatever_are_taken_without_harm() =>
        Gen.Select(Gen.Int[0, 3], Gen.Long[0, 2_000_000_000], Gen.Long[-1_000_000, 3_000_000_000], Gen.Bool).List[0, 300].Sample(rows =>
        {
            var plan = Plan(flows: 4);
            var session = new ProbeSession(plan);
            long i = 0;
            foreach (var (flow, sent, rtt, lost) in rows)
                session.Accept(new ProbeAnswer(flow, i++, new KernelTime(sent), lost ? null : new KernelTime(sent + rtt)));
            var report = session.Conclude(new ProbeTarget("h", "h"), new ProberFacts(null, "user", false, [], 1), NetStall.Recordings.RecordingClock.Unknown, 0, 0);
            Assert.Equal(rows.Count, report.Sent);
            Assert.Equal(report.Sent, report.Answered + report.Lost);
        }, iter: 300);

    // What docs/probe.md says of short stalls: of each length so many are seen as a stall, at a hundred phases.
    [Theory]
    [InlineData(10, 0, 0)]
    [InlineData(15, 25, 35)]
    [InlineData(20, 75, 85)]
    [InlineData(25, 100, 100)]
    [InlineData(30, 100, 100)]
    public void Stalls_shorter_than_three_intervals_are_found_as_often_as_the_document_says(long milliseconds, int least, int most)
    {
        int found = Enumerable.Range(0, 100).Sum(phase =>
            new PeerModel(Plan(thresholdUs: 10_000)) { Stalls = [(1_500_000 + phase * 100, 1_500_000 + phase * 100 + milliseconds * 1000, null)] }.Detected().Stalls.Count);

        Assert.InRange(found, least, most);
    }
}
