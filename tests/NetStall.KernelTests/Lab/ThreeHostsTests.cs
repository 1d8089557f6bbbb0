// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Lab;
using NetStall.Linux.Namespaces;
using NetStall.Model;
using Xunit;

namespace NetStall.KernelTests.Lab;

public sealed class ThreeHostsTests
{
    static readonly CpuId Receiving = new(1), Sending = new(0);

    [Theory]
    [InlineData(Steering.Softirq)]
    [InlineData(Steering.NapiThread)]
    public void Packets_go_from_the_first_host_to_the_last(Steering steering)
    {
        using var hosts = ThreeHosts.Build(steering, Receiving);
        using var traffic = Traffic.Start(hosts, Sending, Elapsed.FromMilliseconds(1));
        Thread.Sleep(1500);
        var packets = traffic.Stop();

        Assert.InRange(packets.Count, 500, 1600);
        // The first ones wait for ARP, the last ones are on their way.
        var counted = packets.Skip(packets.Count / 3).SkipLast(5).ToList();
        Assert.InRange(counted.Count(p => p.Arrived is null), 0, counted.Count / 100);
        var delays = counted.Where(p => p.Arrived is not null).Select(p => (p.Arrived!.Value - p.Sent).Nanoseconds).Order().ToList();
        Assert.InRange(delays[delays.Count / 2], 1_000, 2_000_000);
    }

    [Fact]
    public void Packets_are_received_on_the_chosen_cpu()
    {
        using var hosts = ThreeHosts.Build(Steering.Softirq, Receiving);
        using var traffic = Traffic.Start(hosts, Sending, Elapsed.FromMilliseconds(1));
        Thread.Sleep(300);
        long before = hosts.B.Run(ReceivedOn);
        Thread.Sleep(500);
        long received = hosts.B.Run(ReceivedOn) - before;

        Assert.InRange(received, 250, 100_000);
    }

    [Fact]
    public void What_the_first_host_sees_in_sys_are_its_own_devices_and_the_machine_sees_none_of_them()
    {
        using var hosts = ThreeHosts.Build(Steering.Softirq, Receiving);

        Assert.Equal(["lab-a", "lo"], hosts.A.Run(() => Directory.GetDirectories("/sys/class/net").Select(d => Path.GetFileName(d)!).Order().ToArray()));
        Assert.DoesNotContain("lab-", string.Join(' ', Directory.GetDirectories("/sys/class/net")));
    }

    [Fact]
    public void A_torn_down_world_leaves_no_thread_and_no_namespace()
    {
        using (var hosts = ThreeHosts.Build(Steering.NapiThread, Receiving))
        {
            Assert.NotNull(hosts.NapiThread);
        }

        Assert.Empty(KernelThreads.Named($"napi/{ThreeHosts.Ingress}-"));
        Assert.Single(NamespacesOf(Environment.ProcessId));
    }

    [Fact]
    public void Nothing_runs_in_a_namespace_that_is_gone() =>
        Assert.Throws<ObjectDisposedException>(() =>
        {
            var gone = NetworkNamespace.Create("gone");
            gone.Dispose();
            gone.Run(() => { });
        });

    // Column 10, hexadecimal: how often another CPU asked this one to receive (received_rps). Rows name their CPU in column 13.
    static long ReceivedOn()
    {
        foreach (string line in File.ReadLines("/proc/net/softnet_stat"))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (Convert.ToInt32(columns[12], 16) == Receiving.Value)
                return Convert.ToInt64(columns[9], 16);
        }
        return 0;
    }

    static HashSet<string> NamespacesOf(int process) =>
        // A thread that ended meanwhile has none.
        [.. Directory.GetDirectories($"/proc/{process}/task").Select(task => new FileInfo($"{task}/ns/net").LinkTarget).OfType<string>().Where(name => name.Length > 0)];
}
