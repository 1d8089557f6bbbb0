// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Runtime.InteropServices;

namespace NetStall.Linux.Probing;

static class NoRoute
{
    /// <summary>For a connect that has just failed.</summary>
    public static CannotHereException To(IPAddress address) =>
        new($"From here no packet goes to {address}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}. See `ip route get {address}`.");
}
