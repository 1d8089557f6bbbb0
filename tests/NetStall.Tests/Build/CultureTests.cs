// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Xunit;

namespace NetStall.Tests.Build;

/// <summary>The second run of `make test` is worth something only if it really is in another culture.</summary>
public class CultureTests
{
    // scripts/test.sh says what it meant to set: "1.5" for the first run, "1,5" for the second.
    [Fact]
    public void Numbers_look_as_in_the_culture_that_the_build_asked_for()
    {
        var asked = Environment.GetEnvironmentVariable("NETSTALL_TEST_ONE_AND_A_HALF") ?? 1.5.ToString(CultureInfo.CurrentCulture);

        Assert.Equal(asked, 1.5.ToString(CultureInfo.CurrentCulture));
        Assert.Equal(asked, OnAnotherThread(() => 1.5.ToString(CultureInfo.CurrentCulture)));
    }

    static string OnAnotherThread(Func<string> work)
    {
        var result = "";
        var thread = new Thread(() => result = work());
        thread.Start();
        thread.Join();
        return result;
    }
}
