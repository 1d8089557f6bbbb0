// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Logarithm and exponential from the four operations alone, which are the same to the last bit on every machine; the C library's are not.</summary>
static class Numbers
{
    const double Ln2 = 0.693147180559945309417;

    /// <param name="x">Positive, and no denormal number.</param>
    public static double Ln(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xf_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }
        // ln m = 2 artanh s with |s| < 0.172: nine terms are enough.
        double s = (m - 1) / (m + 1);
        double q = s * s;
        double sum = 1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13 + q * (1.0 / 15 + q / 17)))))));
        return exponent * Ln2 + 2 * s * sum;
    }

    public static double Exp(double x)
    {
        double k = Math.Floor(x / Ln2 + 0.5);
        double r = x - k * Ln2;
        double term = 1, sum = 1;
        for (int i = 1; i < 16; i++)
        {
            term *= r / i;
            sum += term;
        }
        if (k < -1022)
            return 0;
        return sum * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    public static double Pow(double x, double y) => Exp(y * Ln(x));
}
