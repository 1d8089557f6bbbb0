// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Native;

namespace NetStall.Linux.Bpf;

/// <summary>The least BTF that the verifier takes: the types of a program that has callbacks, and of a map that has a timer.</summary>
/// <remarks>
/// <code>
///   1 int      2 int ()     3, 4, 5 functions of 2     6 struct bpf_timer, 16 bytes     7 struct slot { bpf_timer timer; }     8 u64
/// </code>
/// The verifier asks for a type of every function, and does not look at its arguments (Documentation/bpf/btf.rst).
/// </remarks>
sealed unsafe class BpfTypes : IDisposable
{
    /// <summary>The functions that a program of ours may have: what is run, what bpf_loop asks, what a timer runs.</summary>
    public const string Main = "main", Until = "until", Tick = "tick";

    public const int Int = 1, TimerSlot = 7;
    public const int TimerSize = 16;

    const int Prototype = 2, FirstFunction = 3, Timer = 6, Word = 8;
    const int HeaderSize = 24;
    const uint MagicAndVersion = 0xeb9f | 1 << 16;
    const uint KindInt = 1u << 24, KindStruct = 4u << 24, KindFunction = 12u << 24, KindPrototype = 13u << 24;
    const uint Signed32Bits = 1u << 24 | 32;

    static readonly string[] Functions = [Main, Until, Tick];

    readonly SafeFileHandle _file;

    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public BpfTypes()
    {
        byte[] blob = Blob();
        fixed (byte* bytes = blob)
        {
            var types = new BpfNative.NewTypes { Blob = bytes, Size = (uint)blob.Length };
            _file = new SafeFileHandle(BpfNative.Call(BpfNative.Command.BtfLoad, types, "types of a program"), ownsHandle: true);
        }
    }

    public int File => (int)_file.DangerousGetHandle();

    public static int OfFunction(string name) => FirstFunction + Array.IndexOf(Functions, name) is var type and >= FirstFunction
        ? type
        : throw new ArgumentOutOfRangeException(nameof(name), name, "No function of ours has this name.");

    public void Dispose() => _file.Dispose();

    // A header, then one to five words a type and two or three a member, then the names.
    internal static byte[] Blob()
    {
        var names = new List<byte> { 0 };
        var types = new List<uint>();

        uint Name(string name)
        {
            uint at = (uint)names.Count;
            names.AddRange(Encoding.ASCII.GetBytes(name + "\0"));
            return at;
        }

        types.AddRange([Name("int"), KindInt, sizeof(int), Signed32Bits]);
        types.AddRange([0, KindPrototype, Int]);
        foreach (string function in Functions)
            types.AddRange([Name(function), KindFunction, Prototype]);
        // The kernel's own has two anonymous words; their names do not matter, the struct's does, and its size.
        types.AddRange([Name("bpf_timer"), KindStruct | 2, TimerSize, Name("a"), Word, 0, Name("b"), Word, 64]);
        types.AddRange([Name("slot"), KindStruct | 1, TimerSize, Name("timer"), Timer, 0]);
        types.AddRange([Name("u64"), KindInt, sizeof(ulong), 64]);

        uint typesSize = (uint)types.Count * sizeof(uint);
        uint[] header = [MagicAndVersion, HeaderSize, 0, typesSize, typesSize, (uint)names.Count];
        byte[] blob = new byte[HeaderSize + typesSize + names.Count];
        int at = 0;
        foreach (uint word in header.Concat(types))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(at), word);
            at += sizeof(uint);
        }
        names.CopyTo(blob, at);
        return blob;
    }
}
