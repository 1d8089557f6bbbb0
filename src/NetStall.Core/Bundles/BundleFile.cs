// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Bundles;

/// <summary>A file of a bundle, as it was when the bundle was made.</summary>
/// <param name="Name">In the bundle's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Digest">Of its bytes; null where the manifest does not tell.</param>
public sealed record BundleFile(string Name, long Bytes, Sha256Digest? Digest);
