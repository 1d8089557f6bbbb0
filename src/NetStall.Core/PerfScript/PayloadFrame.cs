// SPDX-License-Identifier: Apache-2.0
using NetStall.Texts;

namespace NetStall.PerfScript;

// Where no chain was recorded, the one address stands on the header's line, after whatever else was asked for:
//
//     cpu-clock:  ffffffff821f2c2b pv_native_safe_halt+0xb ([kernel.kallsyms])
//     cycles:             7fb70519 ffffffff821f2c2b pv_native_safe_halt+0xb ([kernel.kallsyms])          -F +addr
/// <summary>The frame on a header's own line.</summary>
static class PayloadFrame
{
    /// <summary>Reads it; false if nothing, or something else, stands there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out FrameLine frame)
    {
        frame = default;
        // Registers and branches follow on the same line: ` ABI:2 SP:0x7f81…`, ` 0x4006c5/0x4006b0/M/-/-/0`.
        payload = Before(payload, " ABI:"u8);
        int branch = payload.IndexOf(" 0x"u8);
        if (branch >= 0 && payload[branch..].Contains((byte)'/'))
            payload = payload[..branch];
        payload = payload.Trim((byte)' ');
        if (payload.IsEmpty)
            return false;
        int blank = payload.IndexOf((byte)' ');
        if (blank > 0 && TextNumber.CountHexDigits(payload) == blank)
        {
            var second = payload[blank..].TrimStart((byte)' ');
            int digits = TextNumber.CountHexDigits(second);
            // Four digits, since add and bad are names.
            if (digits >= 4 && (digits == second.Length || second[digits] == ' '))
                payload = second;
        }
        return FrameLine.TryReadAfterTab(payload, out frame);
    }

    static ReadOnlySpan<byte> Before(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        int at = text.IndexOf(mark);
        return at < 0 ? text : text[..at];
    }
}
