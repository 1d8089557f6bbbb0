// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;

namespace NetStall.Collapse;

/// <summary>Writes collapsed lines into a stream through one buffer.</summary>
sealed class CollapseWriter(Stream output, CollapseForm form)
{
    // Two times, a count, a CPU, two ids and the blanks between them.
    const int WidestHead = 160;

    sealed class Run
    {
        public long First;
        public StackHead Last;
        public long Count;
        public byte[] Text = [];
        public int CommLength;
        public int Length;
    }

    readonly Dictionary<int, Run> _runs = [];
    byte[] _buffer = new byte[512 * 1024];
    int _used;

    public long Lines { get; private set; }

    /// <summary>Writes a line, or in <see cref="CollapseForm.Runs"/> one more of the same.</summary>
    /// <param name="head">When, where, who.</param>
    /// <param name="comm">As <see cref="SafeBytes.WriteComm"/> gave it.</param>
    /// <param name="stack">The frames from the root on, each with a semicolon before it.</param>
    public void Write(in StackHead head, ReadOnlySpan<byte> comm, ReadOnlySpan<byte> stack)
    {
        if (form == CollapseForm.Runs)
            Extend(head, comm, stack);
        else
            WriteLine(head.Nanoseconds, head, 1, comm, stack);
    }

    public void Finish()
    {
        // The runs that are still open, in the order in which they began.
        foreach (var run in _runs.Values.Where(r => r.Count > 0).OrderBy(r => r.First))
            WriteRun(run);
        _runs.Clear();
        Flush();
    }

    void Extend(in StackHead head, ReadOnlySpan<byte> comm, ReadOnlySpan<byte> stack)
    {
        if (!_runs.TryGetValue(head.Cpu, out var run))
            _runs.Add(head.Cpu, run = new Run());
        var last = run.Last;
        if (run.Count > 0 && last.Pid == head.Pid && last.Tid == head.Tid
            && run.Text.AsSpan(0, run.CommLength).SequenceEqual(comm) && run.Text.AsSpan(run.CommLength, run.Length - run.CommLength).SequenceEqual(stack))
        {
            run.Count++;
            run.Last = head;
            return;
        }
        if (run.Count > 0)
            WriteRun(run);
        run.Length = comm.Length + stack.Length;
        if (run.Text.Length < run.Length)
            run.Text = new byte[run.Length * 2];
        comm.CopyTo(run.Text);
        stack.CopyTo(run.Text.AsSpan(comm.Length));
        run.CommLength = comm.Length;
        run.First = head.Nanoseconds;
        run.Last = head;
        run.Count = 1;
    }

    void WriteRun(Run run) =>
        WriteLine(run.First, run.Last, run.Count, run.Text.AsSpan(0, run.CommLength), run.Text.AsSpan(run.CommLength, run.Length - run.CommLength));

    void WriteLine(long first, in StackHead head, long count, ReadOnlySpan<byte> comm, ReadOnlySpan<byte> stack)
    {
        Lines++;
        int room = WidestHead + comm.Length + stack.Length + 1;
        if (_buffer.Length - _used < room)
            MakeRoom(room);
        if (form != CollapseForm.Article)
        {
            WriteTime(first);
            if (form == CollapseForm.Runs)
            {
                WriteTime(head.Nanoseconds);
                WriteNumber(count, ' ');
            }
            WriteNumber(head.Cpu, ' ');
            WriteNumber(head.Pid, '/');
            WriteNumber(head.Tid, ' ');
        }
        comm.CopyTo(_buffer.AsSpan(_used));
        _used += comm.Length;
        stack.CopyTo(_buffer.AsSpan(_used));
        _used += stack.Length;
        _buffer[_used++] = (byte)'\n';
    }

    // 2654.707830649     always nine digits, so that lines sort and two texts of one recording agree
    void WriteTime(long nanoseconds)
    {
        WriteNumber(nanoseconds / 1_000_000_000, '.');
        long rest = nanoseconds % 1_000_000_000;
        for (int i = 8; i >= 0; i--)
        {
            _buffer[_used + i] = (byte)('0' + rest % 10);
            rest /= 10;
        }
        _used += 9;
        _buffer[_used++] = (byte)' ';
    }

    void WriteNumber(long number, char after)
    {
        if (number < 0)
            _buffer[_used++] = (byte)'?';
        else
        {
            Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out int written);
            _used += written;
        }
        _buffer[_used++] = (byte)after;
    }

    void MakeRoom(int room)
    {
        Flush();
        if (_buffer.Length < room)
            _buffer = new byte[room];
    }

    void Flush()
    {
        output.Write(_buffer, 0, _used);
        _used = 0;
    }
}
