// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace NetStall.Simulation;

/// <summary>Random numbers for one purpose (xoshiro256**, by Blackman and Vigna): what one source draws does not move what another one draws.</summary>
sealed class RandomSource
{
    ulong _a, _b, _c, _d;

    /// <param name="seed">Of the whole scenario.</param>
    /// <param name="purpose">What the numbers are for: another one, other numbers.</param>
    public RandomSource(ulong seed, string purpose)
    {
        ulong state = seed;
        foreach (char c in purpose)
            state = Mix(ref state) ^ c;
        _a = Mix(ref state);
        _b = Mix(ref state);
        _c = Mix(ref state);
        _d = Mix(ref state) | 1;
    }

    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Above 0, and at most 1.</summary>
    public double Fraction() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>With mean 1.</summary>
    public double Exponential() => -Numbers.Ln(Fraction());

    /// <summary>From 0 up to and without <paramref name="end"/>.</summary>
    public int Below(int end) => (int)((Next() >> 32) * (ulong)end >> 32);

    // SplitMix64.
    static ulong Mix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
