// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>One sendmsg() with thousands of firewall rules: what iptables-nft-restore does for kube-proxy. In a network namespace of its own.</summary>
/// <remarks>The kernel takes all in within one nfnetlink_rcv_batch (net/netfilter/nfnetlink.c); it reschedules in the first millisecond at most.</remarks>
sealed unsafe class NftStall : IStall
{
    /// <summary>Rules; 6 to 14 µs each.</summary>
    const int Least = 100, Most = 10_000;

    // linux/netfilter/nf_tables.h
    const ushort NewTable = 0, NewChain = 3, NewRule = 6;
    const ushort Create = 0x400, Append = 0x800;
    const uint Drop = 0, Verdict = 0, FirstRegister = 1, NetworkHeader = 1, SourceAddress = 12;

    readonly OwnTime _time = new();
    readonly Pace _pace = new(Least, Most);
    readonly Elapsed _length;
    readonly SafeFileHandle _netlink;
    byte[] _bytes = [];
    int _table;

    public NftStall(Elapsed length)
    {
        _length = length;
        if (NamespaceNative.unshare(NamespaceNative.NewNetwork) < 0)
            throw SystemCallException.Last("unshare of the network");
        const int NetfilterProtocol = 12;
        int file = NamespaceNative.socket(NamespaceNative.NetlinkFamily, NamespaceNative.RawSocket | NamespaceNative.CloseOnExec, NetfilterProtocol);
        if (file < 0)
            throw SystemCallException.Last("a netlink socket of netfilter's");
        _netlink = new SafeFileHandle(file, ownsHandle: true);
        // The whole batch is one datagram.
        int room = Most * 300;
        if (StallNative.setsockopt(file, StallNative.SocketLevel, StallNative.SendBufferForce, &room, sizeof(int)) < 0)
            throw SystemCallException.Last("SO_SNDBUFFORCE");
    }

    public string Syscall => "sendmsg";

    public void WarmUp() => Send(Least);

    // Each into a table of its own, which goes with the namespace: taking one away would be another long call.
    public StallShot? Shoot() => Send(_pace.For(_length));

    public void Dispose()
    {
        _netlink.Dispose();
        _time.Dispose();
    }

    StallShot Send(int rules)
    {
        _bytes = Batch(string.Create(CultureInfo.InvariantCulture, $"lab{_table++}"), rules);
        var shot = _time.Measure(SendBytes);
        Complain();
        return _pace.Learn(rules, shot);
    }

    void SendBytes()
    {
        fixed (byte* bytes = _bytes)
        {
            var piece = new LabNative.Piece { Data = bytes, Length = (nuint)_bytes.Length };
            var message = new LabNative.Message { Pieces = &piece, PieceCount = 1 };
            if (StallNative.sendmsg((int)_netlink.DangerousGetHandle(), &message, 0) < 0)
                throw SystemCallException.Last("sendmsg to nf_tables");
        }
    }

    // Nothing is answered but what went wrong: header 16, then a negative errno.
    void Complain()
    {
        const int DontWait = 0x40;
        const ushort Error = 2;
        byte* answer = stackalloc byte[256];
        nint length = NamespaceNative.recv((int)_netlink.DangerousGetHandle(), answer, 256, DontWait);
        if (length >= 20 && *(ushort*)(answer + 4) == Error && *(int*)(answer + 16) is < 0 and var errno)
            throw new SystemCallException("nf_tables", -errno);
    }

    static byte[] Batch(string table, int rules)
    {
        var batch = new NetfilterBatch()
            .Request4(NewTable, Create, t => t.Text(1, table))
            .Request4(NewChain, Create, c => c.Text(1, table).Text(3, "input"));
        for (uint rule = 0; rule < rules; rule++)
            Add(batch, table, 10u << 24 | rule);
        return batch.Finish().ToArray();
    }

    // ip saddr ADDRESS counter drop
    static void Add(NetfilterBatch batch, string table, uint address) => batch.Request4(NewRule, Create | Append, r => r
        .Text(1, table).Text(2, "input").Nest(4, expressions =>
        {
            Expression(expressions, "payload", e => e.Number(1, FirstRegister).Number(2, NetworkHeader).Number(3, SourceAddress).Number(4, sizeof(uint)));
            Expression(expressions, "cmp", e => e.Number(1, FirstRegister).Number(2, 0).Nest(3, data => data.Number(1, address)));
            Expression(expressions, "counter", _ => { });
            Expression(expressions, "immediate", e => e.Number(1, Verdict).Nest(2, data => data.Nest(2, verdict => verdict.Number(1, Drop))));
        }));

    static void Expression(NetfilterBatch list, string name, Action<NetfilterBatch> data) => list.Nest(1, element => element.Text(1, name).Nest(2, data));
}
