// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Native;

namespace NetStall.Linux.Bpf;

/// <summary>An array in the kernel, for programs to use. It goes with its file and with the last program that uses it.</summary>
sealed class BpfMap : IDisposable
{
    const uint Array = 2, Mappable = 1 << 10;   // BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE (since 5.5)

    readonly SafeFileHandle _file;

    BpfMap(BpfNative.NewMap map)
    {
        map.Type = Array;
        map.KeySize = sizeof(int);
        map.Name = BpfNative.ObjectName.OfTheLab();
        _file = new SafeFileHandle(BpfNative.Call(BpfNative.Command.MapCreate, map, $"a map of {(long)map.Entries * map.ValueSize} bytes"), ownsHandle: true);
    }

    public int File => (int)_file.DangerousGetHandle();

    /// <summary>That many bytes, zeroed by the kernel before the call returns.</summary>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static BpfMap OfBytes(int entries, int each) => new(new BpfNative.NewMap { Entries = (uint)entries, ValueSize = (uint)each });

    /// <summary>One value that a process can map, and so read without a call.</summary>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static BpfMap Shared(int size) => new(new BpfNative.NewMap { Entries = 1, ValueSize = (uint)size, Flags = Mappable });

    /// <summary>One timer.</summary>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static BpfMap OfTimer(BpfTypes types) => new(new BpfNative.NewMap
    {
        Entries = 1,
        ValueSize = BpfTypes.TimerSize,
        TypesFile = types.File,
        KeyType = BpfTypes.Int,
        ValueType = BpfTypes.TimerSlot,
    });

    public void Dispose() => _file.Dispose();
}
