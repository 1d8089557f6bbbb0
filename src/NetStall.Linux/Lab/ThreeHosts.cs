// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>The lab's world: three hosts in namespaces of their own, the middle one routing, and all it receives steered to one CPU.</summary>
/// <remarks>
/// <code>
///   A 10.77.1.1           B routes                 C 10.77.2.2
///   lab-a ============ lab-in   lab-out ========== lab-c
///   sender              |                          receiver
///                       +- RPS, or a NAPI thread, to the CPU that is stalled; the second hop is then on that CPU too
/// </code>
/// The second hop matters before 6.4: it raises NET_RX again within NET_RX, and that hands over to ksoftirqd.
/// </remarks>
public sealed class ThreeHosts : IDisposable
{
    public const string Ingress = "lab-in";
    const string Egress = "lab-out";

    public static readonly IPAddress Sender = IPAddress.Parse("10.77.1.1");
    public static readonly IPAddress Receiver = IPAddress.Parse("10.77.2.2");
    static readonly IPAddress RouterIn = IPAddress.Parse("10.77.1.2");
    static readonly IPAddress RouterOut = IPAddress.Parse("10.77.2.1");

    readonly Stack<Action> _undo = new();

    ThreeHosts()
    {
    }

    public NetworkNamespace A { get; private set; } = null!;
    public NetworkNamespace B { get; private set; } = null!;
    public NetworkNamespace C { get; private set; } = null!;

    /// <summary>The thread that polls <see cref="Ingress"/>; null when softirqs do.</summary>
    public Tid? NapiThread { get; private set; }

    /// <summary>Builds it all, or nothing.</summary>
    /// <param name="steering">By what the packets come to the CPU.</param>
    /// <param name="cpu">Which is to receive.</param>
    /// <exception cref="CannotHereException">This machine lacks what it takes.</exception>
    public static ThreeHosts Build(Steering steering, CpuId cpu)
    {
        var hosts = new ThreeHosts();
        try
        {
            hosts.BuildAll(steering, cpu);
            return hosts;
        }
        catch (SystemCallException e)
        {
            hosts.Dispose();
            throw new CannotHereException($"The lab's three hosts cannot be built here: {e.Message}. It needs root, and a kernel with veth devices (modprobe veth) and network namespaces.", e);
        }
        catch
        {
            hosts.Dispose();
            throw;
        }
    }

    /// <summary>Takes everything away again, last things first.</summary>
    public void Dispose()
    {
        while (_undo.TryPop(out var undo))
            undo();
    }

    void BuildAll(Steering steering, CpuId cpu)
    {
        A = New("a");
        B = New("b");
        C = New("c");
        B.Run(() =>
        {
            Devices.AddVeth(Ingress, "lab-a", A.File);
            _undo.Push(() => B.Run(() => Devices.Remove(Ingress)));
            Devices.AddVeth(Egress, "lab-c", C.File);
            _undo.Push(() => B.Run(() => Devices.Remove(Egress)));
            Devices.AddAddress(Ingress, RouterIn, 24);
            Devices.AddAddress(Egress, RouterOut, 24);
            Set("/proc/sys/net/ipv4/ip_forward", "1");
        });
        A.Run(() => Host("lab-a", Sender, RouterIn));
        C.Run(() => Host("lab-c", Receiver, RouterOut));
        if (steering == Steering.NapiThread)
            SteerToThread(cpu);
        B.Run(() =>
        {
            if (steering == Steering.Softirq)
                SteerToSoftirq(cpu);
            Devices.Up(Egress);
            Devices.Up(Ingress);
        });
        if (steering == Steering.NapiThread)
            PinThread(cpu);
    }

    static void Host(string device, IPAddress address, IPAddress gateway)
    {
        Devices.AddAddress(device, address, 24);
        Devices.Up(device);
        Devices.AddRoute(IPAddress.Any, 0, gateway);
    }

    static void SteerToSoftirq(CpuId cpu)
    {
        string path = $"/sys/class/net/{Ingress}/queues/rx-0/rps_cpus";
        if (!File.Exists(path))
            throw new CannotHereException("This kernel cannot steer packets to a CPU (CONFIG_RPS is off), and the lab's veth devices have no interrupts of their own to steer.");
        Set(path, CpuMask.Hexadecimal(cpu));
    }

    // A veth polls by NAPI what a device that does not segment sends it, once it merges what it receives (veth_skb_is_eligible_for_gro).
    void SteerToThread(CpuId cpu)
    {
        A.Run(() => Devices.Segmentation("lab-a", on: false));
        B.Run(() =>
        {
            Devices.ReceiveMerging(Ingress, on: true);
            if (!File.Exists($"/sys/class/net/{Ingress}/threaded"))
                throw new CannotHereException("This kernel has no threaded NAPI (it came with 5.12).");
        });
    }

    void PinThread(CpuId cpu)
    {
        var before = KernelThreads.Named($"napi/{Ingress}-");
        B.Run(() => Set($"/sys/class/net/{Ingress}/threaded", "1"));
        var thread = KernelThreads.Named($"napi/{Ingress}-").Except(before).ToList();
        if (thread.Count == 0)
            throw new CannotHereException("This kernel made no thread for the lab's veth device: it has no threaded NAPI for them (5.12 and later have).");
        NapiThread = thread[0];
        CpuMask.Pin(thread[0], cpu);
    }

    NetworkNamespace New(string name)
    {
        var made = NetworkNamespace.Create(name);
        _undo.Push(made.Dispose);
        // A namespace announces itself by IPv6, which is of no use here and noise in the recording. Kernels without it have no such file.
        made.Run(() =>
        {
            foreach (string of in (ReadOnlySpan<string>)["all", "default"])
            {
                string path = $"/proc/sys/net/ipv6/conf/{of}/disable_ipv6";
                if (File.Exists(path))
                    Set(path, "1");
            }
        });
        return made;
    }

    static void Set(string path, string value)
    {
        try
        {
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{value}\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotHereException($"The lab cannot set {path} of its own namespace to {value}: {e.Message}", e);
        }
    }
}
