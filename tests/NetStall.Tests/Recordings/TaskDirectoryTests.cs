// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Recordings;
using Xunit;

namespace NetStall.Tests.Recordings;

public class TaskDirectoryTests
{
    // Records of several CPUs come interleaved: whatever the order, the name is the one told last before the time asked for.
    [Fact]
    public void A_name_is_found_by_its_time_whatever_the_order_in_which_names_were_told() =>
        Gen.Select(Gen.Int[0, 50].Array[1, 30], Gen.Int[-1, 51]).Sample((told, asked) =>
        {
            var tasks = new TaskDirectory();
            for (int i = 0; i < told.Length; i++)
                tasks.OnComm(new KernelTime(told[i]), new Pid(i), new Tid(7), new NameId(i + 1));

            var inOrder = told.Select((time, i) => (Time: time, Pid: i)).OrderBy(t => t.Time).ToList();
            int expected = inOrder.Any(t => t.Time <= asked) ? inOrder.Last(t => t.Time <= asked).Pid : inOrder[0].Pid;
            Assert.Equal(new TaskName(new Pid(expected), new NameId(expected + 1)), tasks.Find(new Tid(7), new KernelTime(asked)));
        });

    // Two million names told backward took hours when each walked past all others; the idle tasks of all CPUs share tid 0, and its names grew with the file.
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_task_with_millions_of_names_keeps_the_newest(int direction)
    {
        const int Names = 2_000_000;
        var tasks = new TaskDirectory();
        for (int i = 0; i < Names; i++)
            tasks.OnComm(new KernelTime(direction * i), new Pid(i), new Tid(0), new NameId(1 + i % 2));

        Assert.Equal(new Pid(direction > 0 ? Names - 1 : 0), tasks.Find(new Tid(0), new KernelTime(long.MaxValue)).Pid);
    }
}
