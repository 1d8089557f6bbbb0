// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Namespaces;

/// <summary>What network namespaces and their devices need of libc.</summary>
static unsafe partial class NamespaceNative
{
    // linux/sched.h
    public const int NewMounts = 0x0002_0000;
    public const int NewNetwork = 0x4000_0000;

    // linux/mount.h
    public const ulong Recursive = 1 << 14;
    public const ulong Private = 1 << 18;

    public const int InternetFamily = 2;         // AF_INET
    public const int NetlinkFamily = 16;         // AF_NETLINK
    public const int Datagrams = 2;              // SOCK_DGRAM
    public const int RawSocket = 3;              // SOCK_RAW
    public const int CloseOnExec = 0x8_0000;     // SOCK_CLOEXEC, O_CLOEXEC
    public const int EthtoolRequest = 0x8946;    // SIOCETHTOOL, linux/sockios.h

    /// <summary>Must match <c>struct ifreq</c> in linux/if.h as SIOCETHTOOL reads it: a name, then a pointer; 40 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct DeviceRequest
    {
        public fixed byte Name[16];
        public EthtoolValue* Data;
        readonly long _rest1;
        readonly long _rest2;
    }

    /// <summary>Must match <c>struct ethtool_value</c> in linux/ethtool.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct EthtoolValue
    {
        public uint Command;
        public uint Data;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int socket, byte* into, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int file, nuint request, DeviceRequest* argument);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string name);

    /// <param name="thread">0 for the calling thread.</param>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nuint size, byte* mask);
}
