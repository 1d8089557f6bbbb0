// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Gives each function that a simulation names an address, and names it again.</summary>
sealed class SimulatedFrames(bool hasSymbols) : IFrameResolver
{
    const ulong First = 0xffff_ffff_8100_0000, Apart = 0x4000, Into = 0x40;

    readonly Dictionary<string, ulong> _addresses = [];
    readonly List<string> _names = [];

    public bool HasKernelSymbols => hasSymbols;

    public string? KernelFunction(ulong address, bool isReturnAddress) =>
        hasSymbols && address >= First && (address - First) / Apart < (ulong)_names.Count ? _names[(int)((address - First) / Apart)] : null;

    public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time)
    {
        var frames = new List<Frame>();
        bool inKernel = true;
        foreach (ulong address in chain)
        {
            if (ChainMarker.IsMarker(address))
                inKernel = address == ChainMarker.Kernel;
            else
                frames.Add(inKernel ? new Frame(KernelFunction(address, false), "[kernel]", true, address, Into) : new Frame(null, null, false, address));
        }
        return frames;
    }

    public ulong AddressOf(string function)
    {
        if (!_addresses.TryGetValue(function, out ulong address))
        {
            address = First + Apart * (ulong)_names.Count + Into;
            _addresses.Add(function, address);
            _names.Add(function);
        }
        return address;
    }

    /// <param name="rootFirst">As people write stacks.</param>
    /// <returns>As chains have them: leaf first.</returns>
    public ulong[] LeafFirst(IEnumerable<string> rootFirst) => [.. rootFirst.Select(AddressOf).Reverse()];
}
