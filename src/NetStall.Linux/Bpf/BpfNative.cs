// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetStall.Linux.Native;

namespace NetStall.Linux.Bpf;

/// <summary>bpf(2), which libc does not wrap. The structs are members of <c>union bpf_attr</c> in linux/bpf.h, as far as we fill them in.</summary>
static unsafe partial class BpfNative
{
    public enum Command
    {
        MapCreate = 0,
        ProgramLoad = 5,
        ProgramTestRun = 10,
        RawTracepointOpen = 17,
        BtfLoad = 18,
    }

    /// <summary>The largest argument that we hand over. What a kernel does not know must be zero.</summary>
    public const int AttrSize = 128;

    // asm/unistd_64.h, asm-generic/unistd.h
    static readonly long Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>What the kernel's own tools show a thing as: fifteen bytes of ASCII at most.</summary>
    [InlineArray(16)]
    public struct ObjectName
    {
        byte _first;

        /// <summary>As <c>bpftool prog</c> shows all that the lab makes.</summary>
        public static ObjectName OfTheLab()
        {
            ObjectName name = default;
            "netstall_lab"u8.CopyTo(name);
            return name;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct NewMap
    {
        public uint Type, KeySize, ValueSize, Entries, Flags, InnerMap, NumaNode;
        public ObjectName Name;
        public uint Device;
        public int TypesFile;
        public uint KeyType, ValueType;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct NewProgram
    {
        public uint Type, InstructionCount;
        public BpfInstruction* Instructions;
        public byte* License;
        public uint LogLevel, LogSize;
        public byte* Log;
        public uint KernelVersion, Flags;
        public ObjectName Name;
        public uint Device, AttachType;
        public int TypesFile;
        public uint FunctionSize;
        public Function* Functions;
        public uint FunctionCount;
    }

    /// <summary>Must match <c>struct bpf_func_info</c>.</summary>
    /// <param name="At">Where it begins, in instructions.</param>
    /// <param name="Type">Its type in the program's BTF.</param>
    public readonly record struct Function(int At, int Type);

    [StructLayout(LayoutKind.Sequential)]
    public struct TestRun
    {
        public int Program;
        public uint Result, InputSize, OutputSize;
        public byte* Input, Output;
        public uint Repeat, Duration;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct RawTracepoint
    {
        public byte* Name;
        public int Program;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct NewTypes
    {
        public byte* Blob, Log;
        public uint Size;
    }

    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static int Call<T>(Command command, in T argument, string what) where T : unmanaged
    {
        int result = Try(command, argument);
        return result >= 0 ? result : throw SystemCallException.Last($"bpf: {what}");
    }

    /// <summary>The same, for whoever looks at the error himself: negative when refused.</summary>
    public static int Try<T>(Command command, in T argument) where T : unmanaged
    {
        byte* attr = stackalloc byte[AttrSize];
        new Span<byte>(attr, AttrSize).Clear();
        *(T*)attr = argument;
        return Try(command, attr);
    }

    /// <param name="attr"><see cref="AttrSize"/> bytes.</param>
    public static int Try(Command command, byte* attr) => (int)syscall(Number, command, attr, AttrSize);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, Command command, byte* attr, long size);
}
