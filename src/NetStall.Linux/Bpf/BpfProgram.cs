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

    /// <summary>Of the verifier's log: its last line counts instructions, those before say what is wrong.</summary>
    const int LinesOfLog = 3;

    readonly SafeFileHandle _file;

    BpfProgram(int file) => _file = new SafeFileHandle(file, ownsHandle: true);

    public int File => (int)_file.DangerousGetHandle();

    /// <param name="type">What it shall be attached to.</param>
    /// <param name="program">Its functions, the main one first.</param>
    /// <param name="types">Of the functions.</param>
    /// <exception cref="SystemCallException">The kernel refuses; the message ends with the last words of the verifier.</exception>
    public static BpfProgram Load(BpfProgramType type, BpfAssembler program, BpfTypes types)
    {
        var code = program.Finish();
        BpfNative.Function[] functions = [.. program.Functions.Select(f => new BpfNative.Function(f.At, BpfTypes.OfFunction(f.Name)))];
        byte[] log = new byte[LogSize];
        fixed (BpfInstruction* instructions = code)
        fixed (BpfNative.Function* info = functions)
        fixed (byte* license = "GPL\0"u8)
        fixed (byte* words = log)
        {
            var attr = new BpfNative.NewProgram
            {
                Type = (uint)type,
                Name = BpfNative.ObjectName.OfTheLab(),
                License = license,
                Instructions = instructions,
                InstructionCount = (uint)code.Length,
                TypesFile = types.File,
                Functions = info,
                FunctionCount = (uint)functions.Length,
                FunctionSize = (uint)sizeof(BpfNative.Function),
            };
            int file = BpfNative.Try(BpfNative.Command.ProgramLoad, attr);
            if (file >= 0)
                return new BpfProgram(file);

            int errno = Marshal.GetLastPInvokeError();
            // Once more, for the verifier's words: a log that is asked for and does not fit would refuse a good program.
            attr.LogLevel = 1;
            attr.LogSize = LogSize;
            attr.Log = words;
            _ = BpfNative.Try(BpfNative.Command.ProgramLoad, attr);
            throw new SystemCallException($"bpf: the verifier does not take a {type} program ({LastWords(log)})", errno);
        }
    }

    /// <summary>Runs it on a packet of zeros, with bottom halves off.</summary>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public void TestRun()
    {
        const int PacketSize = 64;
        byte* packet = stackalloc byte[PacketSize];
        new Span<byte>(packet, PacketSize).Clear();
        var run = new BpfNative.TestRun { Program = File, Input = packet, InputSize = PacketSize, Repeat = 1 };
        _ = BpfNative.Call(BpfNative.Command.ProgramTestRun, run, "test run");
    }

    /// <summary>Runs it at a tracepoint for as long as the handle is open.</summary>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public SafeFileHandle AttachTo(string tracepoint)
    {
        fixed (byte* name = Encoding.ASCII.GetBytes(tracepoint + "\0"))
        {
            var attr = new BpfNative.RawTracepoint { Name = name, Program = File };
            return new SafeFileHandle(BpfNative.Call(BpfNative.Command.RawTracepointOpen, attr, $"tracepoint {tracepoint}"), ownsHandle: true);
        }
    }

    public void Dispose() => _file.Dispose();

    internal static string LastWords(ReadOnlySpan<byte> log)
    {
        string[] lines = Encoding.UTF8.GetString(log.TrimEnd((byte)0)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "it says nothing" : string.Join(" / ", lines[^Math.Min(lines.Length, LinesOfLog)..]);
    }
}
