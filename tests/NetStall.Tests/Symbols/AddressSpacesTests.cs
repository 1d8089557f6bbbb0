// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.SymbolTables;

public class AddressSpacesTests
{
    readonly AddressSpaces _spaces = new();

    static readonly Pid App = new(100), Child = new(200);

    static KernelTime At(long time) => new(time);

    void Map(Pid pid, long time, ulong start, string file) => _spaces.OnMmap(pid, At(time), start, 0x1000, 0, file, kernel: false);

    string? File(Pid pid, long time, ulong address) => _spaces.Find(pid, At(time), address)?.File;

    [Fact]
    public void A_mapping_counts_from_its_time_on_until_another_takes_its_place()
    {
        Map(App, 10, 0x1000, "/old");
        Map(App, 20, 0x1000, "/new");

        Assert.Null(File(App, 9, 0x1000));
        Assert.Equal("/old", File(App, 10, 0x1fff));
        Assert.Equal("/new", File(App, 20, 0x1000));
        Assert.Null(File(App, 20, 0x2000));
        Assert.Null(File(Child, 20, 0x1000));
    }

    [Fact]
    public void A_child_has_what_its_parent_had_when_it_was_born()
    {
        Map(App, 10, 0x1000, "/app");
        _spaces.OnFork(Child, App, At(20));
        Map(App, 30, 0x5000, "/later");
        Map(Child, 40, 0x1000, "/own");

        Assert.Equal("/app", File(Child, 25, 0x1000));
        Assert.Equal("/own", File(Child, 40, 0x1000));
        Assert.Null(File(Child, 40, 0x5000));
        Assert.Null(File(Child, 15, 0x1000));
    }

    [Fact]
    public void After_exec_only_what_was_mapped_since_counts()
    {
        Map(App, 10, 0x1000, "/shell");
        _spaces.OnFork(Child, App, At(20));
        _spaces.OnExec(Child, At(30));
        Map(Child, 31, 0x8000, "/tool");

        Assert.Equal("/shell", File(Child, 29, 0x1000));
        Assert.Null(File(Child, 35, 0x1000));
        Assert.Equal("/tool", File(Child, 35, 0x8000));
    }

    [Fact]
    public void A_pid_that_is_used_again_begins_anew_and_its_past_stays()
    {
        Map(App, 0, 0x1000, "/app");
        _spaces.OnFork(Child, App, At(10));
        Map(Child, 11, 0x9000, "/first");
        _spaces.OnFork(Child, new Pid(1), At(50));

        Assert.Equal("/first", File(Child, 40, 0x9000));
        Assert.Null(File(Child, 60, 0x9000));
    }

    [Fact]
    public void A_new_thread_changes_nothing()
    {
        Map(App, 10, 0x1000, "/app");
        _spaces.OnFork(App, App, At(20));

        Assert.Equal("/app", File(App, 30, 0x1000));
    }

    [Fact]
    public void Processes_that_claim_to_be_each_others_parents_end_the_search()
    {
        _spaces.OnFork(Child, App, At(10));
        _spaces.OnFork(App, Child, At(10));

        Assert.Null(File(App, 20, 0x1000));
    }

    [Fact]
    public void A_mapping_to_the_end_of_the_address_space_does_not_wrap_around()
    {
        _spaces.OnMmap(App, At(0), 0xffff_ffff_ffff_0000, ulong.MaxValue, 0x500, "/all", kernel: false);

        Assert.Equal(0x510ul, _spaces.Find(App, At(1), 0xffff_ffff_ffff_0010)?.OffsetInFile(0xffff_ffff_ffff_0010));
        Assert.Null(_spaces.Find(App, At(1), 0x10));
    }

    [Fact]
    public void However_late_a_record_is_read_its_time_decides() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 3], Gen.Int[0, 1000]).Array[1, 30].Sample(records =>
        {
            var spaces = new AddressSpaces();
            for (int i = 0; i < records.Length; i++)
                spaces.OnMmap(App, At(records[i].Item1), (ulong)records[i].Item2 * 0x1000, 0x2000, 0, $"/{i}", kernel: false);

            for (int time = 0; time <= 50; time += 5)
            {
                for (ulong address = 0; address < 0x5000; address += 0x1000)
                {
                    // Slowly: of those that cover it, the newest; of equals the one told last.
                    int best = -1;
                    for (int i = 0; i < records.Length; i++)
                    {
                        ulong start = (ulong)records[i].Item2 * 0x1000;
                        bool covers = address >= start && address < start + 0x2000 && records[i].Item1 <= time;
                        if (covers && (best < 0 || records[i].Item1 >= records[best].Item1))
                            best = i;
                    }
                    Assert.Equal(best < 0 ? null : $"/{best}", spaces.Find(App, At(time), address)?.File);
                }
            }
        });

    [Fact]
    public void Kernel_code_made_at_run_time_is_found_while_it_is_there()
    {
        _spaces.OnKsymbol(0xffffffffc0005000, 0x80, "bpf_prog_1234_probe", unregister: false, At(10));
        _spaces.OnKsymbol(0xffffffffc0005000, 0x80, "bpf_prog_1234_probe", unregister: true, At(20));
        _spaces.OnKsymbol(0xffffffffc0005000, 0x40, "bpf_prog_5678_other", unregister: false, At(30));

        Assert.Equal("none", Made(0xffffffffc0005010, 5));
        Assert.Equal("bpf_prog_1234_probe+16", Made(0xffffffffc0005010, 15));
        Assert.Equal("none", Made(0xffffffffc0005010, 25));
        Assert.Equal("bpf_prog_5678_other+16", Made(0xffffffffc0005010, 35));
        Assert.Equal("none", Made(0xffffffffc0005080, 15));
        Assert.Equal("bpf_prog_5678_other+16", Made(0xffffffffc0005010, null));

        string Made(ulong address, long? time) =>
            _spaces.Kernel.TryFindMade(address, time is { } t ? At(t) : null, out var symbol) ? $"{symbol.Function}+{symbol.Offset}" : "none";
    }

    // What a process's past says, read backwards: the plain meaning, and slow.
    sealed class Plainly
    {
        readonly List<(long Time, int Pid, string What, ulong Start, ulong End, int Number)> _told = [];

        public void Tell(long time, int pid, string what, ulong start, ulong end) => _told.Add((time, pid, what, start, end, _told.Count));

        public string? Find(int pid, long time, ulong address, int forks = 0)
        {
            if (forks == 64)
                return null;
            foreach (var told in _told.Where(t => t.Pid == pid && t.Time <= time).OrderByDescending(t => t.Time).ThenByDescending(t => t.Number))
            {
                switch (told.What)
                {
                    case "exec":
                        return null;
                    case "fork":
                        return Find((int)told.Start, told.Time, address, forks + 1);
                    case var _ when address >= told.Start && address < told.End:
                        return told.What;
                }
            }
            return null;
        }
    }

    static readonly Gen<(int Kind, int Pid, long Time, ulong Start, ulong Length)[]> Told =
        Gen.Select(Gen.Int[0, 9], Gen.Int[1, 3], Gen.Long[0, 60], Gen.ULong[0, 40], Gen.ULong[0, 12]).Array[1, 60];

    [Fact]
    public void Whatever_is_told_and_asked_in_whatever_order_the_answer_is_the_plain_one() => Told.Sample(told =>
    {
        var spaces = new AddressSpaces();
        var plainly = new Plainly();
        foreach (var (kind, pid, time, start, length) in told)
        {
            int other = 1 + (int)(start % 3);
            switch (kind)
            {
                case 0:
                    spaces.OnExec(new Pid(pid), At(time));
                    plainly.Tell(time, pid, "exec", 0, 0);
                    break;
                case 1 when other != pid:
                    spaces.OnFork(new Pid(pid), new Pid(other), At(time));
                    plainly.Tell(time, pid, "fork", (ulong)other, 0);
                    break;
                case < 6:
                    spaces.OnMmap(new Pid(pid), At(time), start, length, 0, $"/{kind}.{start}.{length}", kernel: false);
                    plainly.Tell(time, pid, $"/{kind}.{start}.{length}", start, start + length);
                    break;
                default:
                    // Asked now and then while more is being told, as reading does, and of any time.
                    if (spaces.Find(new Pid(pid), At(time), start + length)?.File != plainly.Find(pid, time, start + length))
                        return false;
                    break;
            }
        }
        return Enumerable.Range(1, 3).All(pid => Enumerable.Range(0, 55).All(address =>
            spaces.Find(new Pid(pid), At(30), (ulong)address)?.File == plainly.Find(pid, 30, (ulong)address)));
    }, iter: 3_000);
}
