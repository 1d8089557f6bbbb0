// SPDX-License-Identifier: Apache-2.0
using NetStall.Bundles;
using NetStall.Recordings;

namespace NetStall.Linux.Bundles;

static class FileDigest
{
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Sha256Digest Of(IByteSource file, CancellationToken stop = default)
    {
        var hash = new Sha256();
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1 << 18);
        long at = 0;
        for (int read; (read = file.ReadAt(at, buffer)) > 0; at += read)
        {
            stop.ThrowIfCancellationRequested();
            hash.Append(buffer.AsSpan(0, read));
        }
        return hash.Finish();
    }
}
