// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Linux.Bpf;

/// <summary>The least BTF that the verifier takes: the types of a program that has callbacks, and of a map that has a timer.</summary>
/// <remarks>
/// <code>
///   1 int      2 int ()     3 func "main" of 2     4 func "callback" of 2     5 struct bpf_timer, 16 bytes     6 struct slot { bpf_timer timer; }
/// </code>
/// (Documentation/bpf/btf.rst)
/// </remarks>
sealed unsafe class BpfTypes : IDisposable
{
    public const int Int = 1, MainFunction = 3, CallbackFunction = 4, TimerSlot = 6;

    const int Magic = 0xeb9f, HeaderSize = 24;
    const uint KindInt = 1u << 24, KindStruct = 4u << 24, KindFunction = 12u << 24, KindPrototype = 13u << 24;
    const uint Signed32Bits = 1u << 24 | 32;

    readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;

    public BpfTypes()
    {
        byte[] blob = Blob();
        byte* attr = stackalloc byte[BpfNative.AttrSize];
        new Span<byte>(attr, BpfNative.AttrSize).Clear();
        fixed (byte* bytes = blob)
        {
            *(byte**)attr = bytes;
            *(uint*)(attr + 16) = (uint)blob.Length;
            _file = new((nint)BpfNative.Call(BpfNative.Command.BtfLoad, attr, "types of a program"), ownsHandle: true);
        }
    }

    public int File => (int)_file.DangerousGetHandle();

    public void Dispose() => _file.Dispose();

    static byte[] Blob()
    {
        var strings = new List<byte> { 0 };
        var types = new List<byte>();

        uint Name(string name)
        {
            uint at = (uint)strings.Count;
            strings.AddRange(Encoding.ASCII.GetBytes(name + "\0"));
            return at;
        }

        void Words(params ReadOnlySpan<uint> words)
        {
            foreach (uint word in words)
                types.AddRange(BitConverter.GetBytes(word));
        }

        Words(Name("int"), KindInt, 4, Signed32Bits);
        Words(0, KindPrototype, Int);
        Words(Name("main"), KindFunction, 2);
        Words(Name("callback"), KindFunction, 2);
        Words(Name("bpf_timer"), KindStruct | 2, 16);
        // The kernel's own has two anonymous words of 64 bits; their names do not matter, their size does.
        Words(Name("a"), 7, 0);
        Words(Name("b"), 7, 64);
        Words(Name("slot"), KindStruct | 1, 16);
        Words(Name("timer"), 5, 0);
        Words(Name("u64"), KindInt, 8, 64);

        var blob = new List<byte>();
        foreach (int word in new[] { Magic | 1 << 16, HeaderSize, 0, types.Count, types.Count, strings.Count })
            blob.AddRange(BitConverter.GetBytes(word));
        return [.. blob, .. types, .. strings];
    }
}
