// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using NetStall.Bundles;
using Xunit;

namespace NetStall.Tests.Bundles;

public class Sha256Tests
{
    // FIPS 180-4's own examples.
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void Known_messages_have_their_known_digests(string message, string digest) =>
        Assert.Equal(digest, Sha256Digest.Of(Encoding.ASCII.GetBytes(message)).ToString());

    [Fact]
    public void Bytes_in_pieces_of_any_length_have_the_digest_that_others_reckon() => Gen.Byte.Array[0, 300].Array[0, 5].Sample(pieces =>
    {
        var hash = new Sha256();
        foreach (byte[] piece in pieces)
            hash.Append(piece);
        byte[] all = [.. pieces.SelectMany(p => p)];
        return hash.Finish().ToString() == Convert.ToHexStringLower(SHA256.HashData(all));
    });

    [Fact]
    public void A_digest_is_read_as_it_is_written() => Gen.Byte.Array[0, 10].Sample(bytes =>
        Sha256Digest.TryParse(Sha256Digest.Of(bytes).ToString(), out var read) && read == Sha256Digest.Of(bytes));

    [Theory]
    [InlineData("")]
    [InlineData("e3b0c442")]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\0")]
    public void What_is_no_digest_is_none(string text) => Assert.False(Sha256Digest.TryParse(text, out _));
}
