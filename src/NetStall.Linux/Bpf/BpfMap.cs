// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace NetStall.Linux.Bpf;

/// <summary>An array in the kernel that programs write and we read. It goes with its file.</summary>
sealed unsafe class BpfMap : IDisposable
{
    const int Array = 2;   // BPF_MAP_TYPE_ARRAY

    readonly SafeFileHandle _file;
    readonly int _valueSize;

    /// <param name="entries">How many.</param>
    /// <param name="valueSize">Bytes of each.</param>
    /// <param name="types">Needed where values hold a timer.</param>
    public BpfMap(int entries, int valueSize, BpfTypes? types = null)
    {
        _valueSize = valueSize;
        byte* attr = stackalloc byte[BpfNative.AttrSize];
        new Span<byte>(attr, BpfNative.AttrSize).Clear();
        var words = (int*)attr;
        words[0] = Array;
        words[1] = sizeof(int);
        words[2] = valueSize;
        words[3] = entries;
        if (types is not null)
        {
            words[12] = types.File;
            words[13] = BpfTypes.Int;
            words[14] = BpfTypes.TimerSlot;
        }
        _file = new SafeFileHandle(BpfNative.Call(BpfNative.Command.MapCreate, attr, "a map"), ownsHandle: true);
    }

    public int File => (int)_file.DangerousGetHandle();

    public void Read(int key, Span<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value.Length, _valueSize);
        byte* attr = stackalloc byte[BpfNative.AttrSize];
        new Span<byte>(attr, BpfNative.AttrSize).Clear();
        fixed (byte* into = value)
        {
            *(int*)attr = File;
            *(int**)(attr + 8) = &key;
            *(byte**)(attr + 16) = into;
            _ = BpfNative.Call(BpfNative.Command.MapLookup, attr, "reading a map");
        }
    }

    public void Dispose() => _file.Dispose();
}
