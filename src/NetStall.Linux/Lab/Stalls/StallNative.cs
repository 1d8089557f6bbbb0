// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>What the lab's stalls need of libc.</summary>
static unsafe partial class StallNative
{
    // sys/socket.h, asm-generic/socket.h, netinet/in.h
    public const int UnixFamily = 1, InternetFamily = 2, PacketFamily = 17, Datagrams = 2, RawPackets = 3, CloseOnExec = 0x8_0000;
    public const int SocketLevel = 1, SendBufferForce = 32, AttachBpf = 50;

    // signal.h: ignored unless somebody asks for it
    public const int Urgent = 23;

    // linux/prctl.h
    public const int SetParentDeathSignal = 1, SetName = 15, GetName = 16, Killed = 9;

    // asm-generic/mman-common.h, linux/mman.h
    public const int Readable = 1, Writable = 2, Shared = 1, Private = 2, Anonymous = 0x20, Populate = 0x8000;

    // linux/if_packet.h
    public const int PacketLevel = 263, ReceiveRing = 5;

    /// <summary>Must match <c>struct tpacket_req</c> in linux/if_packet.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct RingRequest
    {
        public uint BlockSize, Blocks, FrameSize, Frames;
    }

    /// <summary>Must match <c>struct sockaddr_in</c> in linux/in.h; port and address in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InternetAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        readonly ulong _zero;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socketpair(int family, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int socket, InternetAddress* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int socket, InternetAddress* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(int socket, InternetAddress* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int file, void* bytes, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int file, void* bytes, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int socket, void* bytes, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int socket, LabNative.Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int what, void* argument, nint second, nint third, nint fourth);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(int file, void* bytes, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial byte* mmap(void* where, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(void* where, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int munlock(void* where, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fallocate(int file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(int file, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mknod(string path, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int inotify_add_watch(int watcher, string path, uint events);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int inotify_rm_watch(int watcher, int watch);

    [LibraryImport("libc")]
    public static partial int gettid();

    /// <summary>For all threads of the process, as the two below.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setgroups(nuint count, uint* groups);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setresgid(uint real, uint effective, uint saved);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setresuid(uint real, uint effective, uint saved);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mlock(void* where, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rmdir(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdir(string path, uint mode);

    // setgroups by itself asks every thread of the process (nptl): the bare call concerns the calling one alone.
    static readonly long SetGroupsNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 159 : 116;

    public static int SetGroups(int count, uint* groups) => (int)syscall(SetGroupsNumber, count, groups);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long count, uint* groups);
}
