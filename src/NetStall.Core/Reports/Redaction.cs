// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Bundles;
using NetStall.Recordings;

namespace NetStall.Reports;

/// <summary>What a report may say by name. With a salt, hosts, pods, containers, files and user code become hashes: equal names stay equal.</summary>
/// <remarks>The salt is made anew for each report, so that names cannot be found by hashing a list of likely ones.</remarks>
public sealed class Redaction
{
    /// <summary>Everything by its name.</summary>
    public static readonly Redaction None = new(null);

    readonly byte[]? _salt;

    Redaction(byte[]? salt) => _salt = salt;

    /// <param name="salt">At least 16 random bytes.</param>
    public static Redaction Salted(ReadOnlySpan<byte> salt) => new(salt.ToArray());

    public bool IsOn => _salt is not null;

    /// <summary>The name, or its hash as <c>redacted-1f2e3d4c5b6a</c>; null stays null.</summary>
    public string? Of(string? name)
    {
        if (name is null || _salt is null)
            return name;
        // The secret is as long as half a block and comes first; of the digest so little is shown that nothing can be added to it.
        var hash = new Sha256();
        hash.Append(_salt);
        hash.Append(Encoding.UTF8.GetBytes(name));
        return $"redacted-{hash.Finish().ToString()[..12]}";
    }

    /// <summary>The flaw as a sentence. Of a line that could not be read only its number is told: what stood in it may name anything.</summary>
    public string Of(Flaw flaw) =>
        !IsOn ? flaw.ToString()
        : flaw.IsOfLine ? $"{flaw.Where}: what stands there cannot be used; {flaw.Consequence}"
        // Where may be a path.
        : $"{flaw.What}; {flaw.Consequence}";
}
