// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NetStall.Tests.Reports;
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary>What needs no privilege: loopback by TCP, and what is refused.</summary>
public sealed class ProbeTests
{
    static JsonElement Probed(params string[] arguments)
    {
        var answer = Netstall.Run(["probe", .. arguments, "--format", "json"]);
        // Whether this machine pauses meanwhile is not ours to say.
        Assert.Contains(answer.ExitCode, (int[])[0, 1, 4]);
        var schema = JsonSchema.Load(Path.Combine(Samples.Root, "docs", "probe.schema.json"));
        var json = JsonDocument.Parse(answer.Output).RootElement;
        Assert.True(schema.Holds(json), string.Join("\n", schema.Errors));
        return json;
    }

    [Theory]
    [InlineData("127.0.0.1", 1)]
    [InlineData("::1", 1)]
    [InlineData("127.0.0.1", 4)]
    public void An_open_port_answers_every_probe(string address, int flows)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start(1000);
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var json = Probed(address, "--tcp", port, "--count", "20", "--flows", $"{flows}");

        var run = json.GetProperty("run");
        Assert.Equal(20 * flows, run.GetProperty("sent").GetInt32() + run.GetProperty("skipped").GetInt32());
        Assert.Equal(run.GetProperty("sent").GetInt32(), run.GetProperty("answered").GetInt32());
        Assert.Equal("kernel-rtt", json.GetProperty("prober").GetProperty("stamps").GetString());
        Assert.Equal(flows, json.GetProperty("flows").EnumerateArray().Select(f => f.GetProperty("port").ToString()).Distinct().Count());
    }

    [Fact]
    public void A_closed_port_answers_too()
    {
        var json = Probed("127.0.0.1", "--tcp", "1", "--count", "20");

        Assert.Equal(json.GetProperty("run").GetProperty("sent").GetInt32(), json.GetProperty("run").GetProperty("answered").GetInt32());
        Assert.Equal("user", json.GetProperty("prober").GetProperty("stamps").GetString());
    }

    [Fact]
    public void An_echo_service_answers_datagrams_and_the_kernel_stamps_them()
    {
        using var echo = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var datagram = await echo.ReceiveAsync(TestContext.Current.CancellationToken);
                    await echo.SendAsync(datagram.Buffer, datagram.RemoteEndPoint, TestContext.Current.CancellationToken);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The test is over.
            }
        }, TestContext.Current.CancellationToken);

        var json = Probed("127.0.0.1", "--udp", $"{((IPEndPoint)echo.Client.LocalEndPoint!).Port}", "--count", "20", "--flows", "2");

        Assert.Equal(json.GetProperty("run").GetProperty("sent").GetInt32(), json.GetProperty("run").GetProperty("answered").GetInt32());
        Assert.Equal("kernel", json.GetProperty("prober").GetProperty("stamps").GetString());
    }

    [Theory]
    [InlineData("There is no host nosuch.invalid: ", "nosuch.invalid", "--tcp", "1")]
    [InlineData("0.0.0.0 is no address of one host.", "0.0.0.0", "--tcp", "1")]
    [InlineData("Give one of --tcp, --udp and --icmp.", "127.0.0.1", "--tcp", "1", "--udp", "2")]
    [InlineData("ICMP has no ports, so all of it goes to one receive queue", "127.0.0.1", "--flows", "16")]
    [InlineData("--flows takes a whole number from 1 to 64, not `0`.", "127.0.0.1", "--tcp", "1", "--flows", "0")]
    [InlineData("--tcp takes a whole number from 1 to 65535, not `ssh`.", "127.0.0.1", "--tcp", "ssh")]
    [InlineData("--interval must be between 1ms and 60s.", "127.0.0.1", "--tcp", "1", "--interval", "500us")]
    [InlineData("64 flows every 1 ms are 64000 packets a second; 10000 are the most.", "127.0.0.1", "--tcp", "1", "--flows", "64", "--interval", "1ms")]
    [InlineData("--threshold must be 2 ms or more with this --interval", "127.0.0.1", "--tcp", "1", "--threshold", "1ms")]
    [InlineData("--duration must be an interval at least.", "127.0.0.1", "--tcp", "1", "--duration", "1ms")]
    public void What_cannot_be_asked_for_is_told_in_a_sentence(string sentence, params string[] arguments)
    {
        var answer = Netstall.Run(["probe", .. arguments]);

        Assert.Equal((2, ""), (answer.ExitCode, answer.Output));
        Assert.StartsWith($"netstall: {sentence}", answer.Error, StringComparison.Ordinal);
    }
}
