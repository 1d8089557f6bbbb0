// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Linux.Native;
using Xunit;

namespace NetStall.Tests.Native;

public class SystemCallExceptionTests
{
    const int NoEntry = 2, Invalid = 22;

    // Whatever is put into the sentence may call libc itself.
    sealed class Meddler
    {
        public override string ToString()
        {
            Marshal.SetLastPInvokeError(Invalid);
            return "a file";
        }
    }

    [Fact]
    public void The_error_is_taken_before_the_sentence_is_made()
    {
        Marshal.SetLastPInvokeError(NoEntry);
        var refused = SystemCallException.Last($"open of {new Meddler()}");

        Assert.Equal((NoEntry, "open of a file: No such file or directory"), (refused.Errno, refused.Message));
    }
}
