// SPDX-License-Identifier: Apache-2.0
using NetStall.Text;

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
}
