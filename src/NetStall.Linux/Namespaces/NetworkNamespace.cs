// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Native;

namespace NetStall.Linux.Namespaces;

/// <summary>A network namespace without a name: it lives as long as one thread of ours, its file, and the sockets made in it.</summary>
/// <remarks>
/// Nothing in the file system points at it, so even <c>kill -9</c> leaves none behind. Its thread also has a mount namespace of its own, in which
/// <c>/sys</c> shows this namespace's devices and <c>/proc/sys/net</c> its settings; the rest of the process, and the machine, see nothing of that.
/// </remarks>
public sealed class NetworkNamespace : IDisposable
{
    readonly BlockingCollection<Action> _work = [];
    readonly Thread _thread;
    readonly TaskCompletionSource<SafeFileHandle> _born = new();

    NetworkNamespace(string name)
    {
        Name = name;
        _thread = new Thread(Live) { Name = $"lab-{name}", IsBackground = true };
        _thread.Start();
        File = _born.Task.GetAwaiter().GetResult();
    }

    /// <summary>For messages; the kernel does not know it.</summary>
    public string Name { get; }

    /// <summary>Keeps the namespace alive; what <c>IFLA_NET_NS_FD</c> and setns(2) take.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Makes one.</summary>
    /// <exception cref="CannotHereException">This machine or user may not.</exception>
    public static NetworkNamespace Create(string name)
    {
        try
        {
            return new NetworkNamespace(name);
        }
        catch (SystemCallException e) when (e.Errno is Errno.NotPermitted)
        {
            throw new CannotHereException("Network namespaces can be made by root only (CAP_SYS_ADMIN): run it with sudo, or in a container started with --privileged.", e);
        }
        catch (SystemCallException e) when (e.Errno is Errno.Invalid)
        {
            throw new CannotHereException("This kernel has no network namespaces (CONFIG_NET_NS): take one that has, all distributions' do.", e);
        }
    }

    /// <summary>Runs something inside, on the namespace's own thread: sockets made there stay inside, wherever they are used. Waits for its end.</summary>
    /// <exception cref="ObjectDisposedException">The namespace is gone.</exception>
    public T Run<T>(Func<T> inside)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add(() =>
            {
                try
                {
                    done.SetResult(inside());
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            });
        }
        catch (InvalidOperationException e)
        {
            throw new ObjectDisposedException($"network namespace {Name}", e);
        }
        try
        {
            return done.Task.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            ExceptionDispatchInfo.Throw(e);
            throw;
        }
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action inside) => Run(() =>
    {
        inside();
        return true;
    });

    /// <summary>Lets go of it: the kernel destroys it with its devices, soon after the last socket made in it is closed.</summary>
    public void Dispose()
    {
        if (_work.IsAddingCompleted)
            return;
        _work.CompleteAdding();
        _thread.Join();
        File.Dispose();
        _work.Dispose();
    }

    void Live()
    {
        try
        {
            Enter();
            _born.SetResult(System.IO.File.OpenHandle("/proc/thread-self/ns/net"));
        }
        catch (Exception e)
        {
            // The door is Create: it throws this on.
            _born.SetException(e);
            return;
        }
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }

    // Mounts go both ways between namespaces that share a peer group, as those of systemd machines do: private first, then /sys over.
    static void Enter()
    {
        Check(NamespaceNative.unshare(NamespaceNative.NewNetwork | NamespaceNative.NewMounts), "unshare of network and mounts");
        Check(NamespaceNative.mount(null, "/", null, NamespaceNative.Recursive | NamespaceNative.Private, null), "making own mounts private");
        Check(NamespaceNative.mount("sysfs", "/sys", "sysfs", 0, null), "mount of an own /sys");
    }

    static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
