// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Probing;
using Xunit;
using static NetStall.Tests.Probing.PeerModel;

namespace NetStall.Tests.Probing;

public sealed class OutstandingProbesTests
{
    readonly List<ProbeAnswer> _resolved = [];

    OutstandingProbes Make() => new(Elapsed.FromMilliseconds(100), _resolved.Add);

    [Fact]
    public void Answers_go_on_in_the_order_of_sending_whatever_order_they_come_in()
    {
        var probes = Make();
        var ids = Enumerable.Range(0, 600).Select(i => probes.Sent(i % 3, Us(i))).ToList();
        foreach (long id in ids.AsEnumerable().Reverse())
            probes.Answered(id, Us(1000 + id));
        probes.Settle(Us(2000));

        Assert.Equal(ids, _resolved.Select(a => a.Sequence));
        Assert.All(_resolved, a => Assert.Equal((Us(a.Sequence), Us(1000 + a.Sequence), (int)(a.Sequence % 3)), (a.Sent, a.Received!.Value, a.Flow)));
    }

    [Fact]
    public void A_probe_without_an_answer_holds_the_others_up_until_patience_ends()
    {
        var probes = Make();
        probes.Sent(0, Us(0));
        long second = probes.Sent(0, Us(10_000));
        probes.Answered(second, Us(10_100));

        probes.Settle(Us(99_000));
        Assert.Empty(_resolved);
        probes.Settle(Us(101_000));
        Assert.Equal([true, false], _resolved.Select(a => a.IsLost));
    }

    [Fact]
    public void Doubles_and_answers_after_patience_are_strays()
    {
        var probes = Make();
        long id = probes.Sent(0, Us(0));
        probes.Answered(id, Us(5));
        probes.Answered(id, Us(9));
        probes.Settle(Us(10));
        probes.Answered(id, Us(11));
        probes.Answered(77, Us(12));

        Assert.Equal((Us(5), 3), (_resolved[0].Received, probes.Strays));
    }

    [Fact]
    public void The_kernels_stamp_of_leaving_replaces_ours()
    {
        var probes = Make();
        long id = probes.Sent(0, Us(0));
        probes.Transmitted(id, Us(3));
        probes.Answered(id, Us(9));
        probes.Settle(Us(10));

        Assert.Equal(Us(3), _resolved[0].Sent);
    }
}
