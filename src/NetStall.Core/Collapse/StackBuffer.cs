// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Collapse;

/// <summary>A stack on its way to a line. Chains come leaf first and lines want the root first, hence it is filled from its end.</summary>
sealed class StackBuffer
{
    // Far more than 127 frames with the longest names of C++: what goes on beyond is no stack.
    const int Longest = 4 << 20;

    byte[] _bytes = new byte[64 * 1024];
    int _start;

    public StackBuffer() => Clear();

    /// <summary>The frames so far from the root on, each with a semicolon before it.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(_start);

    public bool IsEmpty => _start == _bytes.Length;

    public void Clear() => _start = _bytes.Length;

    /// <summary>Puts a frame before all others: it is nearer to the root.</summary>
    public void Prepend(ReadOnlySpan<byte> name)
    {
        int start = _start - name.Length - 1;
        if (start < 0)
        {
            if (!TryGrow(name.Length + 1))
                return;
            start = _start - name.Length - 1;
        }
        _start = start;
        _bytes[start] = (byte)';';
        name.CopyTo(_bytes.AsSpan(start + 1));
    }

    bool TryGrow(int more)
    {
        int used = _bytes.Length - _start;
        if (used + more > Longest)
            return false;
        var larger = new byte[Math.Max(_bytes.Length * 2, used + more)];
        _bytes.AsSpan(_start).CopyTo(larger.AsSpan(larger.Length - used));
        _bytes = larger;
        _start = larger.Length - used;
        return true;
    }
}
