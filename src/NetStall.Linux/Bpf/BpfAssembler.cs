// SPDX-License-Identifier: Apache-2.0
using static NetStall.Linux.Bpf.BpfRegister;

namespace NetStall.Linux.Bpf;

/// <summary>Puts a program together, instruction by instruction, with names for places. No compiler is needed for ten lines.</summary>
sealed class BpfAssembler
{
    // linux/bpf_common.h, linux/bpf.h: class | operation | source
    const byte Alu = 0x07, Jump = 0x05, LoadWide = 0x18, FromRegister = 0x08;
    const byte Load = 0x61, Store = 0x63, StoreImmediate = 0x62, Wide = 0x18;
    const byte CallCode = 0x85, ExitCode = 0x95;
    const byte MapFile = 1, MapValue = 2, FunctionAddress = 4;   // BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE, BPF_PSEUDO_FUNC

    readonly List<BpfInstruction> _code = [];
    readonly Dictionary<string, int> _places = [];
    readonly List<(int At, string Place, bool IsFunction)> _open = [];
    readonly List<(string Name, int At)> _functions = [];

    /// <summary>In order, with where they begin.</summary>
    public IReadOnlyList<(string Name, int At)> Functions => _functions;

    /// <summary>What follows, as far as the next one, is a function of its own.</summary>
    /// <param name="name">One that <see cref="BpfTypes"/> has a type for.</param>
    public BpfAssembler Function(string name)
    {
        _functions.Add((name, _code.Count));
        return Mark(name);
    }

    public BpfAssembler Mark(string place)
    {
        _places.Add(place, _code.Count);
        return this;
    }

    public BpfAssembler Set(BpfRegister to, int value) => Emit(Alu | 0xb0, to, immediate: value);
    public BpfAssembler SetWide(BpfRegister to, ulong value) => Emit(LoadWide, to, immediate: (int)value).Emit(0, R0, immediate: (int)(value >> 32));
    public BpfAssembler Copy(BpfRegister to, BpfRegister from) => Emit(Alu | 0xb0 | FromRegister, to, from);
    public BpfAssembler Add(BpfRegister to, int value) => Emit(Alu, to, immediate: value);
    public BpfAssembler Add(BpfRegister to, BpfRegister from) => Emit(Alu | FromRegister, to, from);
    public BpfAssembler Multiply(BpfRegister to, int value) => Emit(Alu | 0x20, to, immediate: value);

    public BpfAssembler Load32(BpfRegister to, BpfRegister from, short offset) => Emit(Load, to, from, offset);
    public BpfAssembler Load64(BpfRegister to, BpfRegister from, short offset) => Emit(Load | Wide, to, from, offset);
    public BpfAssembler Store64(BpfRegister to, short offset, BpfRegister from) => Emit(Store | Wide, to, from, offset);
    public BpfAssembler StoreZero32(BpfRegister to, short offset) => Emit(StoreImmediate, to, R0, offset);
    public BpfAssembler StoreZero64(BpfRegister to, short offset) => Emit(StoreImmediate | Wide, to, R0, offset);

    /// <summary>The map behind this file, as an argument of helpers.</summary>
    public BpfAssembler LoadMap(BpfRegister to, int file) => Emit(LoadWide, to, (BpfRegister)MapFile, immediate: file).Emit(0, R0);

    /// <summary>Where the first value of an array stands, so that no look-up is needed. Since 5.2.</summary>
    public BpfAssembler LoadMapValue(BpfRegister to, int file) => Emit(LoadWide, to, (BpfRegister)MapValue, immediate: file).Emit(0, R0);

    public BpfAssembler LoadFunction(BpfRegister to, string place)
    {
        _open.Add((_code.Count, place, true));
        return Emit(LoadWide, to, (BpfRegister)FunctionAddress).Emit(0, R0);
    }

    public BpfAssembler Call(BpfHelper helper) => Emit(CallCode, R0, immediate: (int)helper);
    public BpfAssembler Exit() => Emit(ExitCode, R0);

    public BpfAssembler JumpIf(BpfRegister register, int value, string place) => JumpTo(Jump | 0x10, register, R0, value, place);
    public BpfAssembler JumpIfNot(BpfRegister left, BpfRegister right, string place) => JumpTo(Jump | 0x50 | FromRegister, left, right, 0, place);
    public BpfAssembler JumpIfLess(BpfRegister left, BpfRegister right, string place) => JumpTo(Jump | 0xa0 | FromRegister, left, right, 0, place);

    /// <exception cref="KeyNotFoundException">A place was never marked.</exception>
    public BpfInstruction[] Finish()
    {
        foreach (var (at, place, isFunction) in _open)
        {
            // Both count from the instruction behind.
            int away = _places[place] - at - 1;
            _code[at] = isFunction ? _code[at] with { Immediate = away } : _code[at] with { Offset = (short)away };
        }
        return [.. _code];
    }

    BpfAssembler JumpTo(byte code, BpfRegister left, BpfRegister right, int value, string place)
    {
        _open.Add((_code.Count, place, false));
        return Emit(code, left, right, immediate: value);
    }

    BpfAssembler Emit(byte code, BpfRegister to, BpfRegister from = R0, short offset = 0, int immediate = 0)
    {
        _code.Add(new BpfInstruction(code, (byte)((byte)to | (byte)from << 4), offset, immediate));
        return this;
    }
}
