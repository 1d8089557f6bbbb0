// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetStall.Cli.Input;
using NetStall.Cli.Rendering;
using NetStall.Linux.Probing;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Reports;

namespace NetStall.Cli.Commands;

/// <summary><c>netstall probe HOST</c>: stalls of another machine, seen from here.</summary>
static class ProbeCommand
{
    sealed record Options(
        string Host, string? Tcp, string? Udp, bool Icmp, string Flows, string Interval, string Duration, string? Count, string Threshold, string Format, string? Output);

    public static Command Create()
    {
        var host = new Argument<string>("HOST") { Description = "Name or address, IPv4 or IPv6." };
        var tcp = new Option<string?>("--tcp") { HelpName = "PORT", Description = "Send SYNs to this port: whether it is open or closed, the kernel answers. Needs no privilege." };
        var udp = new Option<string?>("--udp") { HelpName = "PORT", Description = "Send datagrams to an echo service; or to a closed port, where kernels answer one in a second." };
        var icmp = new Option<bool>("--icmp") { Description = "Send ICMP echo. This is the default." };
        var flows = new Option<string>("--flows") { HelpName = "N", Description = "So many source ports, each probed every interval: tells one receive queue from the whole host. With --tcp or --udp.", DefaultValueFactory = _ => "1" };
        var interval = new Option<string>("--interval") { HelpName = "LENGTH", Description = "Between two probes of a flow; 1ms at least.", DefaultValueFactory = _ => "10ms" };
        var duration = new Option<string>("--duration") { HelpName = "LENGTH", Description = "How long. Ctrl-C ends it earlier, with the report.", DefaultValueFactory = _ => "60s" };
        var count = new Option<string?>("--count") { HelpName = "N", Description = "So many probes of each flow, instead of --duration." };
        var threshold = new Option<string>("--threshold") { HelpName = "LENGTH", Description = "Tell stalls that may have lasted so long.", DefaultValueFactory = _ => "30ms" };
        var format = new Option<string>("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Write the report to this file instead of standard output." };

        var command = new Command("probe",
            "Sees stalls of another machine from here: probes that waited in its receive queue are answered all at once.\n\n" +
            "  netstall probe 10.1.2.3\n" +
            "  netstall probe node-17.example --tcp 443 --flows 16 --duration 5m\n" +
            "  netstall probe 10.1.2.3 --format json -o probe.json; netstall analyze perf.data --probe probe.json\n\n" +
            "Exit code: 0 no stall, 1 stalls, 2 no such host or a bad command line, 3 this machine or user cannot, 4 too few answers to tell.")
        {
            host, tcp, udp, icmp, flows, interval, duration, count, threshold, format, output,
        };
        command.SetAction(parsed => (int)Run(new Options(
            parsed.GetValue(host)!, parsed.GetValue(tcp), parsed.GetValue(udp), parsed.GetValue(icmp), parsed.GetValue(flows)!, parsed.GetValue(interval)!,
            parsed.GetValue(duration)!, parsed.GetValue(count), parsed.GetValue(threshold)!, parsed.GetValue(format)!, parsed.GetValue(output))));
        return command;
    }

    static ExitCode Run(Options options)
    {
        var plan = PlanOf(options);
        var duration = options.Count is { } count
            ? new Elapsed(Arguments.ParseWhole(count, "--count", 1, 1_000_000_000) * plan.Interval.Nanoseconds)
            : Arguments.ParseElapsed(options.Duration, "--duration");
        if (duration < plan.Interval)
            throw new UsageException("--duration must be an interval at least.");
        var address = Resolve(options.Host);
        using var file = options.Output is { } path ? OutputFile.Open(path) : null;

        var run = new ProbeRun(new ProbeTarget(options.Host, address.ToString()), address, plan, duration);
        var report = WithCtrlC(run, plan, duration);

        try
        {
            Write(report, options, file ?? Console.OpenStandardOutput());
            file?.Finish();
        }
        catch (IOException e) when (BrokenPipe.Is(e))
        {
            // `netstall probe … | head` has seen enough; what was found is the answer all the same.
        }
        return report.Stalls.Count > 0 ? ExitCode.StallsFound
            : report.TellsAbsence ? ExitCode.NothingFound
            : ExitCode.Inconclusive;
    }

    // Ctrl-C is the usual end of a long run: the report comes all the same. A second one ends the program.
    static ProbeReport WithCtrlC(ProbeRun run, ProbePlan plan, Elapsed duration)
    {
        int asked = 0;
        void Stop(PosixSignalContext context)
        {
            context.Cancel = Interlocked.Increment(ref asked) == 1;
            run.Stop();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var live = new WatchedLine();
        return run.Run((session, _) => live.Show(ProbeText.Live(session, plan, duration)));
    }

    static void Write(ProbeReport report, Options options, Stream output)
    {
        if (options.Format == "json")
        {
            var json = new ArrayBufferWriter<byte>(1 << 16);
            JsonProbe.Write(report, json);
            output.Write(json.WrittenSpan);
            output.Write("\n"u8);
            return;
        }
        using var writer = new StreamWriter(output, new System.Text.UTF8Encoding(false), leaveOpen: true);
        ProbeText.Write(report, writer);
    }

    static ProbePlan PlanOf(Options options)
    {
        if ((options.Tcp is null ? 0 : 1) + (options.Udp is null ? 0 : 1) + (options.Icmp ? 1 : 0) > 1)
            throw new UsageException("Give one of --tcp, --udp and --icmp.");
        var transport = options.Tcp is not null ? ProbeTransport.Tcp : options.Udp is not null ? ProbeTransport.Udp : ProbeTransport.Icmp;
        int? port = (options.Tcp ?? options.Udp) is { } given ? (int)Arguments.ParseWhole(given, $"--{JsonProbe.TransportName(transport)}", 1, 65_535) : null;
        int flows = (int)Arguments.ParseWhole(options.Flows, "--flows", 1, ProbePlan.MostFlows);
        if (transport == ProbeTransport.Icmp && flows > 1)
            throw new UsageException("ICMP has no ports, so all of it goes to one receive queue: --flows takes --tcp PORT or --udp PORT.");
        var plan = new ProbePlan(
            transport, port, flows, Arguments.ParseElapsed(options.Interval, "--interval"), Arguments.ParseElapsed(options.Threshold, "--threshold"));
        if (plan.Interval < ProbePlan.ShortestInterval || plan.Interval > Elapsed.FromSeconds(60))
            throw new UsageException("--interval must be between 1ms and 60s.");
        if (plan.Threshold < plan.LeastDelay)
            throw new UsageException($"--threshold must be {plan.LeastDelay.ToExactString()} or more with this --interval: shorter delays are noise.");
        if (plan.PerSecond > ProbePlan.MostPerSecond)
            throw new UsageException($"{plan.Flows} flows every {plan.Interval.ToExactString()} are {plan.PerSecond} packets a second; {ProbePlan.MostPerSecond} are the most. Take fewer --flows or a longer --interval.");
        return plan;
    }

    static IPAddress Resolve(string host)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out var given) ? [given] : Dns.GetHostAddresses(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"There is no host {Visible.Of(host)}: {Visible.Of(e.Message)}."));
        }
        var address = addresses.FirstOrDefault() ?? throw new UsageException($"The host {Visible.Of(host)} has no address.");
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6Multicast)
            throw new UsageException($"{Visible.Of(host)} is no address of one host.");
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
