// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using CsCheck;
using NetStall.Linux.Files;
using NetStall.PerfData;
using NetStall.Recordings;
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.SymbolTables;

public class KallsymsSubsetTests
{
    const string List =
        """
        ffffffff81000000 T startup_64
        ffffffff81000000 T _stext
        ffffffff81000000 T _text
        ffffffff81000100 T vfs_read
        ffffffff81000100 t __pfx_vfs_read
        ffffffff81000200 t vfs_write
        ffffffff81000300 T ksys_read
        ffffffff82000000 R _etext
        ffffffffc0201000 t veth_poll	[veth]
        ffffffffc0201080 t veth_xdp	[veth]

        """;

    [Fact]
    public void The_functions_that_addresses_fall_into_stay_with_what_ends_them() => Assert.Equal(
        """
        ffffffff81000000 T startup_64
        ffffffff81000000 T _stext
        ffffffff81000000 T _text
        ffffffff81000100 T vfs_read
        ffffffff81000100 t __pfx_vfs_read
        ffffffff81000200 t vfs_write
        ffffffff82000000 R _etext
        ffffffffc0201000 t veth_poll	[veth]
        ffffffffc0201080 t veth_xdp	[veth]

        """,
        Encoding.UTF8.GetString(KallsymsSubset.Select(Encoding.UTF8.GetBytes(List), [0xffffffff81000142, 0xffffffffc0201001])));

    // A call that never returns may be its function's last instruction.
    [Fact]
    public void A_return_address_at_a_function_s_beginning_keeps_the_one_before() => Assert.Contains(
        "vfs_write", Encoding.UTF8.GetString(KallsymsSubset.Select(Encoding.UTF8.GetBytes(List), [0xffffffff81000300])), StringComparison.Ordinal);

    [Fact]
    public void Any_bytes_are_read_to_their_end() => Gen.Select(Gen.Byte.Array[0, 300], Gen.ULong.Array[0, 5]).Sample((bytes, addresses) =>
        KallsymsSubset.Select(bytes, addresses).Length <= bytes.Length);

    [Fact]
    public void Every_kernel_frame_of_a_real_recording_has_the_same_name_by_the_subset()
    {
        using var gzip = new GZipStream(File.OpenRead(Samples.KallsymsOfTheGate), CompressionMode.Decompress);
        using var list = new MemoryStream();
        gzip.CopyTo(list);
        using var file = new FileBytes(Samples.SamplesOfTheGate);
        var addresses = new KernelAddresses();
        new PerfDataReader(file).ReadTo(addresses);

        byte[] subset = KallsymsSubset.Select(list.ToArray(), addresses.Seen);
        var (whole, part) = (Kallsyms.Parse(list.ToArray()), Kallsyms.Parse(subset));

        Assert.True(subset.Length < list.Length / 10);
        Assert.NotEmpty(addresses.Seen);
        Assert.All(addresses.Seen, address => Assert.Equal(NameIn(whole, address), NameIn(part, address)));
    }

    static (bool, string, string?, ulong) NameIn(Kallsyms symbols, ulong address)
    {
        bool found = symbols.TryFind(address, out var symbol);
        return (found, symbol.Function, symbol.Module, symbol.Offset);
    }
}
