// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Recordings;
using Xunit;

namespace NetStall.Tests.Probing;

public sealed class WitnessJoinTests
{
    static KernelTime Ms(double milliseconds) => new((long)(milliseconds * 1_000_000));
    static Elapsed Long(double milliseconds) => new((long)(milliseconds * 1_000_000));

    static readonly RecordingClock NoWall = RecordingClock.Unknown;

    static NodeStall Node(int id, double begin, double length, int cpu = 1) => new(id, new CpuId(cpu), Ms(begin), Ms(begin + length), false, "metrics-agent", "bottom-halves-off");

    // As probes every 10 ms see a stall: the begin within an interval, the end to some microseconds.
    static ProbeStall Seen(double begin, double length, double phase = 4) =>
        new(Ms(begin - phase), Ms(begin - phase + 10), Ms(begin + length + 0.05), Long(0.1), (int)(length / 10), 0, 0, [0], StallReach.Unknown, Long(0.2));

    static NodeWitness Of(RecordingClock clock, params NodeStall[] stalls) => new(stalls, (Ms(0), Ms(100_000)), clock);

    static ProbeWitness By(RecordingClock clock, params ProbeStall[] stalls) =>
        new("probe.json", "10.0.0.2 (icmp)", Long(10), Long(30), Ms(-1_000_000), Ms(1_000_000), clock, stalls, []);

    [Fact]
    public void Stalls_at_the_same_distances_are_the_same_on_clocks_that_lie_hours_apart()
    {
        const double Apart = 7_200_123.4;
        double[] begins = [1000, 1730, 4100, 9050, 9300];
        double[] lengths = [40, 55, 31, 90, 62];
        var node = Of(NoWall, [.. begins.Select((b, i) => Node(i + 1, b, lengths[i]))]);
        var probe = By(NoWall, [.. begins.Select((b, i) => Seen(b + Apart, lengths[i]))]);

        var join = WitnessJoin.Of(node, probe);

        Assert.Equal((5, OffsetSureness.High), (join.Offset!.Matches, join.Offset.Sureness));
        Assert.InRange(join.Offset.Offset.Milliseconds, -Apart - 1, -Apart + 1);
        Assert.Equal([1, 2, 3, 4, 5], join.Same.Select(s => s.Node.Id));
        Assert.Empty(join.ProbeOnly);
        Assert.Empty(join.NodeOnly);
    }

    [Fact]
    public void The_right_offset_is_found_among_stalls_that_only_one_side_saw()
    {
        var cases = Gen.Select(Gen.Long[-100_000_000, 100_000_000], Gen.UInt);
        cases.Sample((apartUs, seed) =>
        {
            var random = new Random((int)seed);
            double apart = apartUs / 1000.0, at = 0;
            var (nodes, probes, both) = (new List<NodeStall>(), new List<ProbeStall>(), 0);
            for (int i = 0; i < 24; i++)
            {
                at += 300 + random.NextDouble() * 2000;
                double length = 32 + random.NextDouble() * 120;
                int who = random.Next(4);
                if (who != 0)
                    nodes.Add(Node(nodes.Count + 1, at, length));
                if (who != 1)
                    probes.Add(Seen(at + apart, length, random.NextDouble() * 10));
                both += who > 1 ? 1 : 0;
            }
            if (both < 5)
                return;
            var join = WitnessJoin.Of(Of(NoWall, [.. nodes]), By(NoWall, [.. probes]));

            Assert.InRange(join.Offset!.Offset.Milliseconds, -apart - 2.5, -apart + 2.5);
            Assert.InRange(join.Same.Count, both - 1, both + 1);
        }, iter: 200);
    }

    [Fact]
    public void A_stall_every_second_fits_many_offsets_and_the_one_nearest_to_the_wall_clocks_is_taken_but_not_trusted()
    {
        var node = Of(new RecordingClock("CLOCK_MONOTONIC", (Ms(0), 1_000_000_000_000)), [.. Enumerable.Range(1, 10).Select(i => Node(i, 1000 * i, 50))]);
        var probe = By(new RecordingClock("CLOCK_MONOTONIC", (Ms(500_000), 1_000_000_000_000)), [.. Enumerable.Range(1, 10).Select(i => Seen(500_000 + 1000 * i + 12, 50))]);

        var join = WitnessJoin.Of(node, probe);

        Assert.Equal((10, 9, OffsetSureness.Medium), (join.Offset!.Matches, join.Offset.RunnerUp, join.Offset.Sureness));
        Assert.InRange(join.Offset.WallClocksDiffer!.Value.Milliseconds, -13, -11);
    }

    [Fact]
    public void One_stall_on_each_side_is_joined_where_wall_clocks_allow_it_and_no_further()
    {
        var clock = new RecordingClock("CLOCK_MONOTONIC", (Ms(0), 1_000_000_000_000));

        var near = WitnessJoin.Of(Of(clock, Node(1, 5000, 50)), By(clock, Seen(5040, 50)));
        var far = WitnessJoin.Of(Of(clock, Node(1, 5000, 50)), By(clock, Seen(65_000, 50)));

        Assert.Equal((1, OffsetSureness.Low), (near.Same.Count, near.Offset!.Sureness));
        Assert.Equal((0, OffsetSureness.Assumed), (far.Same.Count, far.Offset!.Sureness));
    }

    [Fact]
    public void Without_wall_clocks_and_without_stalls_nothing_is_joined()
    {
        var join = WitnessJoin.Of(Of(NoWall, Node(1, 5000, 50)), By(NoWall));

        Assert.Null(join.Offset);
        Assert.StartsWith("Nothing tells how the two clocks lie", Assert.Single(join.NodeOnly).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_cannot_be_the_same_are_not()
    {
        var clock = new RecordingClock("CLOCK_MONOTONIC", (Ms(0), 1_000_000_000_000));

        // Both end at the same moment, but the node's was over when the first probe came that waited.
        var join = WitnessJoin.Of(Of(clock, Node(1, 5080, 20)), By(clock, Seen(5000, 100)));

        Assert.Empty(join.Same);
    }

    [Fact]
    public void What_one_side_alone_saw_is_told_with_what_that_means()
    {
        var clock = new RecordingClock("CLOCK_MONOTONIC", (Ms(0), 1_000_000_000_000));
        var node = new NodeWitness([Node(1, 1000, 50), Node(2, 2000, 12), Node(3, 3000, 60), Node(4, 3500, 60), Node(5, 90_000, 60)], (Ms(500), Ms(95_000)), clock);
        var probe = By(clock, Seen(1000, 50), Seen(6000, 80), Seen(200_000, 44)) with { Begin = Ms(0), End = Ms(80_000), Pauses = [new OwnPause(Ms(3490), Ms(3600), null)] };

        var join = WitnessJoin.Of(node, probe);

        Assert.Equal(1, Assert.Single(join.Same).Node.Id);
        AllStart(["It is too short", "No probe waited", "The prober itself paused", "No probe was sent"], join.NodeOnly.Select(n => n.Why));
        AllStart(["The node's receive path", "The node was not recorded"], join.ProbeOnly.Select(p => p.Why));
    }

    static void AllStart(string[] begins, IEnumerable<string> sentences) =>
        Assert.Equal(begins, sentences.Zip(begins, (s, b) => s.StartsWith(b, StringComparison.Ordinal) ? b : s));
}
