// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Model;
using NetStall.Symbols;

namespace NetStall.Stacks;

/// <summary>Reads call chains by the roles of their kernel functions. Each distinct address is named once.</summary>
sealed class StackReader(IFrameResolver frames)
{
    readonly struct Slot(ulong address, string? function, FrameRole role, sbyte vector)
    {
        public readonly ulong Address = address;
        public readonly string? Function = function;
        public readonly FrameRole Role = role;
        public readonly sbyte Vector = vector;
    }

    // Open addressing: a long stall asks for the same few thousand addresses again and again.
    Slot[] _slots = new Slot[4096];
    int _used;

    public bool HasSymbols => frames.HasKernelSymbols;

    /// <summary>The function of one kernel frame; null when unknown.</summary>
    public string? FunctionAt(ReadOnlySpan<ulong> chain, int index) => Find(chain[index], IsReturnAddress(chain, index)).Function;

    /// <summary>The functions of the kernel frames in <c>[begin, end)</c> of the chain, root first, unknown ones left out.</summary>
    public List<string> FunctionsRootFirst(ReadOnlySpan<ulong> chain, int begin, int end)
    {
        var functions = new List<string>(Math.Max(0, end - begin));
        for (int i = end - 1; i >= begin; i--)
        {
            if (!ChainMarker.IsMarker(chain[i]) && FunctionAt(chain, i) is { } function)
                functions.Add(function);
        }
        return functions;
    }

    /// <param name="chain">As recorded, leaf first, with markers.</param>
    /// <param name="inKernel">Whether the sampled instruction was in the kernel, for chains without markers.</param>
    /// <param name="isIdleTask">Whether the idle task was on the CPU.</param>
    public StackReading Read(ReadOnlySpan<ulong> chain, bool inKernel, bool isIdleTask)
    {
        var (begin, end) = KernelPart(chain, inKernel);
        if (begin == end)
            return new StackReading { Layer = inKernel ? StackLayer.Unknown : StackLayer.User, TaskBegin = end, KernelBegin = begin, KernelEnd = end };

        int taskBegin = begin;
        bool softirq = false, hardirq = false, onEnable = false, inKsoftirqd = false, netRx = false, stops = false;
        SoftirqVector? vector = null;

        // From the leaf to the root: the outermost boundary seen last is where the task's own frames begin.
        for (int i = begin; i < end; i++)
        {
            if (ChainMarker.IsMarker(chain[i]))
                continue;
            ref readonly Slot frame = ref Find(chain[i], IsReturnAddress(chain, i));
            switch (frame.Role)
            {
                case FrameRole.HardirqBoundary:
                    hardirq = true;
                    taskBegin = i + 1;
                    break;
                case FrameRole.BottomHalfEnable when softirq:
                    onEnable = true;
                    taskBegin = i + 1;
                    break;
                case FrameRole.Ksoftirqd:
                    inKsoftirqd = softirq = true;
                    taskBegin = end;
                    break;
                case FrameRole.SoftirqCore:
                    softirq = true;
                    // An interrupt that softirqs were running under is theirs; what counts is what the softirq interrupted.
                    hardirq = false;
                    break;
                case FrameRole.SoftirqHandler:
                    vector = (SoftirqVector)frame.Vector;
                    netRx |= vector == SoftirqVector.NetRx;
                    break;
                case FrameRole.StopMachine:
                    stops = true;
                    break;
            }
        }

        var leaf = taskBegin < end ? Find(chain[taskBegin], IsReturnAddress(chain, taskBegin)).Role : FrameRole.None;
        var layer = softirq ? StackLayer.Softirq
            : hardirq && taskBegin > begin ? StackLayer.Hardirq
            : isIdleTask ? StackLayer.Idle
            : StackLayer.Task;
        return new StackReading
        {
            Layer = layer,
            Vector = softirq ? vector : null,
            OnBottomHalfEnable = onEnable,
            InKsoftirqd = inKsoftirqd,
            ServesNetRx = netRx,
            TaskEnablesInterrupts = leaf == FrameRole.InterruptEnable,
            TaskIsSwitching = leaf == FrameRole.TaskSwitch || (leaf == FrameRole.InterruptEnable && CallerSwitchesTasks(chain, taskBegin, end)),
            StopsMachine = stops,
            TaskBegin = taskBegin,
            KernelBegin = begin,
            KernelEnd = end,
        };
    }

    /// <summary>The system call that the task is in, from its own kernel frames; null when they do not tell.</summary>
    public string? SyscallOf(ReadOnlySpan<ulong> chain, in StackReading reading) =>
        reading.HasTaskFrames ? SyscallFrames.Find(CollectionsMarshal.AsSpan(FunctionsRootFirst(chain, reading.TaskBegin, reading.KernelEnd))) : null;

    bool CallerSwitchesTasks(ReadOnlySpan<ulong> chain, int begin, int end) =>
        begin + 1 < end && !ChainMarker.IsMarker(chain[begin + 1]) && Find(chain[begin + 1], true).Role == FrameRole.TaskSwitch;

    static (int Begin, int End) KernelPart(ReadOnlySpan<ulong> chain, bool inKernel)
    {
        if (chain.IsEmpty)
            return (0, 0);
        int begin = 0;
        if (chain[0] == ChainMarker.Kernel || chain[0] == ChainMarker.GuestKernel)
            begin = 1;
        else if (ChainMarker.IsMarker(chain[0]) || !inKernel)
            return (0, 0);
        int end = begin;
        while (end < chain.Length && !ChainMarker.IsMarker(chain[end]))
            end++;
        return (begin, end);
    }

    // perf's own rule: the frame right behind a marker is where the CPU was, the others are return addresses.
    static bool IsReturnAddress(ReadOnlySpan<ulong> chain, int index) => index > 0 && !ChainMarker.IsMarker(chain[index - 1]);

    ref readonly Slot Find(ulong address, bool isReturnAddress)
    {
        // The two readings of one address differ by a byte, so they are two keys.
        ulong key = (address << 1) | (isReturnAddress ? 1ul : 0);
        int mask = _slots.Length - 1;
        int at = (int)((key * 0x9E3779B97F4A7C15) >> 40) & mask;
        while (true)
        {
            ref readonly Slot slot = ref _slots[at];
            if (slot.Address == key)
                return ref slot;
            if (slot.Address == 0)
                return ref Add(key, address, isReturnAddress);
            at = (at + 1) & mask;
        }
    }

    ref readonly Slot Add(ulong key, ulong address, bool isReturnAddress)
    {
        if (++_used > _slots.Length / 2)
            Grow();
        string? function = frames.KernelFunction(address, isReturnAddress);
        var role = FrameRoles.Of(function);
        sbyte vector = function is not null && FrameRoles.VectorOf(KernelFunctionNames.Strip(function)) is { } v ? (sbyte)v : (sbyte)-1;
        int at = FreeSlot(key);
        _slots[at] = new Slot(key, function, role, vector);
        return ref _slots[at];
    }

    int FreeSlot(ulong key)
    {
        int mask = _slots.Length - 1;
        int at = (int)((key * 0x9E3779B97F4A7C15) >> 40) & mask;
        while (_slots[at].Address != 0)
            at = (at + 1) & mask;
        return at;
    }

    void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (var slot in old)
        {
            if (slot.Address != 0)
                _slots[FreeSlot(slot.Address)] = slot;
        }
    }
}
