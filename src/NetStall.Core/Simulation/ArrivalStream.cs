// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>The packets of one <see cref="Arrivals"/>, one after the other.</summary>
abstract class ArrivalStream
{
    long _until;

    /// <summary>When the next packet comes; <see cref="long.MaxValue"/> when none does.</summary>
    public long Next { get; private set; }

    public static ArrivalStream Of(Arrivals arrivals, RandomSource random)
    {
        long from = arrivals.From.Nanoseconds;
        ArrivalStream stream = arrivals.Pattern switch
        {
            ArrivalPattern.Poisson(var rate) => new PoissonStream(rate, from, random),
            ArrivalPattern.Constant(var rate) => new ConstantStream(rate, from),
            ArrivalPattern.OnOff p => new OnOffStream(p, from, random),
            ArrivalPattern.Trains p => new TrainStream(p, from, random),
            ArrivalPattern.Replay(var times) => new ReplayStream(times, from),
            _ => throw new ArgumentException($"`{arrivals.Name}` has no known pattern.", nameof(arrivals)),
        };
        stream._until = arrivals.Until?.Nanoseconds ?? long.MaxValue;
        stream.Take();
        return stream;
    }

    /// <summary>The packet has come: on to the next one.</summary>
    public void Take()
    {
        long next = Following();
        Next = next < _until ? next : long.MaxValue;
    }

    /// <summary>Lets all packets up to and with that time go by, and counts them.</summary>
    public virtual long SkipTo(long time)
    {
        long count = 0;
        while (Next <= time)
        {
            count++;
            Take();
        }
        return count;
    }

    /// <summary>When the next packet after the last one asked for comes.</summary>
    protected abstract long Following();

    sealed class PoissonStream(double rate, long from, RandomSource random) : ArrivalStream
    {
        readonly double _mean = 1e9 / rate;
        long _time = from;
        double _rest;

        // What is less than a nanosecond is kept for the next one, else high rates would come out wrong.
        protected override long Following()
        {
            double gap = random.Exponential() * _mean + _rest;
            long whole = (long)gap;
            _rest = gap - whole;
            return _time += whole;
        }
    }

    sealed class ConstantStream(long rate, long from) : ArrivalStream
    {
        const long Second = 1_000_000_000;
        readonly long _whole = Second / rate, _part = Second % rate;
        long _time = from - Second / rate;
        long _parts = -(Second % rate);

        protected override long Following()
        {
            _time += _whole;
            _parts += _part;
            if (_parts >= rate)
            {
                _parts -= rate;
                _time++;
            }
            return _time;
        }

        // At line rate a full ring drops a thousand packets between two polls: they are counted, not walked through.
        public override long SkipTo(long time)
        {
            long end = Math.Min(time, _until - 1);
            if (Next > end)
                return 0;
            // Packet k from here on comes at _time + (k * Second + _parts) / rate.
            long last = (long)(((Int128)(end - _time + 1) * rate - 1 - _parts) / Second);
            var total = (Int128)last * Second + _parts;
            _time += (long)(total / rate);
            _parts = (long)(total % rate);
            Take();
            return last + 1;
        }
    }

    sealed class OnOffStream(ArrivalPattern.OnOff pattern, long from, RandomSource random) : ArrivalStream
    {
        double _time = from, _changes = from;
        bool _on;

        protected override long Following()
        {
            while (true)
            {
                double rate = _on ? pattern.OnRate : pattern.OffRate;
                double next = rate <= 0 ? double.PositiveInfinity : _time + random.Exponential() * 1e9 / rate;
                if (next < _changes)
                {
                    _time = next;
                    return (long)next;
                }
                // An exponential has no memory: what was drawn for the old rate may be thrown away.
                _time = _changes;
                _on = !_on;
                _changes += random.Exponential() * (_on ? pattern.MeanOn : pattern.MeanOff).Nanoseconds;
            }
        }
    }

    sealed class TrainStream(ArrivalPattern.Trains pattern, long from, RandomSource random) : ArrivalStream
    {
        double _begin = from;
        long _last = from;
        int _left;

        protected override long Following()
        {
            if (_left-- > 0)
                return _last += pattern.Gap.Nanoseconds;
            _begin += random.Exponential() * 1e9 / pattern.Rate;
            _left = random.Below(pattern.Longest);
            // A train that is still under way holds the next one up.
            return _last = Math.Max((long)_begin, _last + pattern.Gap.Nanoseconds);
        }
    }

    sealed class ReplayStream(IReadOnlyList<Elapsed> times, long from) : ArrivalStream
    {
        int _next;

        protected override long Following() => _next < times.Count ? from + times[_next++].Nanoseconds : long.MaxValue;
    }
}
