// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Native;

namespace NetStall.Linux.Bpf;

/// <summary>What a program is for: <c>enum bpf_prog_type</c>.</summary>
enum BpfProgramType
{
    SocketFilter = 1,
    PerfEvent = 7,
    RawTracepoint = 17,
}

/// <summary>A program in the kernel, verified and compiled. It goes with its file, and with what it is attached to.</summary>
sealed unsafe class BpfProgram : IDisposable
{
    const int LogSize = 1 << 18;

    readonly SafeFileHandle _file;

    BpfProgram(int file) => _file = new SafeFileHandle(file, ownsHandle: true);

    public int File => (int)_file.DangerousGetHandle();

    /// <param name="type">What it shall be attached to.</param>
    /// <param name="code">Its main function, then <c>callback</c> if it has one.</param>
    /// <param name="types">Of its functions.</param>
    /// <param name="callback">Where the callback begins.</param>
    /// <exception cref="SystemCallException">The kernel refuses; the message ends with the last words of the verifier.</exception>
    public static BpfProgram Load(BpfProgramType type, BpfInstruction[] code, BpfTypes types, int callback)
    {
        // struct bpf_func_info: where it begins, which type
        int[] functions = [0, BpfTypes.MainFunction, callback, BpfTypes.CallbackFunction];
        byte* attr = stackalloc byte[BpfNative.AttrSize];
        new Span<byte>(attr, BpfNative.AttrSize).Clear();
        byte[] log = new byte[LogSize];
        fixed (BpfInstruction* instructions = code)
        fixed (int* info = functions)
        fixed (byte* license = "GPL\0"u8)
        fixed (byte* words = log)
        {
            *(int*)attr = (int)type;
            *(int*)(attr + 4) = code.Length;
            *(void**)(attr + 8) = instructions;
            *(void**)(attr + 16) = license;
            *(int*)(attr + 72) = types.File;
            *(int*)(attr + 76) = 2 * sizeof(int);
            *(void**)(attr + 80) = info;
            *(int*)(attr + 88) = functions.Length / 2;
            int file = BpfNative.Try(BpfNative.Command.ProgramLoad, attr);
            if (file >= 0)
                return new BpfProgram(file);

            int errno = Marshal.GetLastPInvokeError();
            // Once more, for the verifier's words.
            *(int*)(attr + 24) = 1;
            *(int*)(attr + 28) = LogSize;
            *(void**)(attr + 32) = words;
            _ = BpfNative.Try(BpfNative.Command.ProgramLoad, attr);
            throw new SystemCallException($"bpf: the verifier does not take a {type} program ({LastWords(log)})", errno);
        }
    }

    /// <summary>Runs it on a packet of zeros, with bottom halves off.</summary>
    public void TestRun()
    {
        const int PacketSize = 64;
        byte* packet = stackalloc byte[PacketSize];
        byte* attr = stackalloc byte[BpfNative.AttrSize];
        new Span<byte>(packet, PacketSize).Clear();
        new Span<byte>(attr, BpfNative.AttrSize).Clear();
        *(int*)attr = File;
        *(int*)(attr + 8) = PacketSize;
        *(byte**)(attr + 16) = packet;
        *(int*)(attr + 32) = 1;
        _ = BpfNative.Call(BpfNative.Command.ProgramTestRun, attr, "test run");
    }

    /// <summary>Attaches it to a tracepoint for as long as the handle is open.</summary>
    public SafeFileHandle AttachTo(string tracepoint)
    {
        byte* attr = stackalloc byte[BpfNative.AttrSize];
        new Span<byte>(attr, BpfNative.AttrSize).Clear();
        fixed (byte* name = Encoding.ASCII.GetBytes(tracepoint + "\0"))
        {
            *(byte**)attr = name;
            *(int*)(attr + 8) = File;
            return new SafeFileHandle(BpfNative.Call(BpfNative.Command.RawTracepointOpen, attr, $"tracepoint {tracepoint}"), ownsHandle: true);
        }
    }

    public void Dispose() => _file.Dispose();

    static string LastWords(byte[] log)
    {
        string[] lines = Encoding.UTF8.GetString(log).TrimEnd('\0').Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "it says nothing" : string.Join(" / ", lines[^Math.Min(lines.Length, 3)..]);
    }
}
