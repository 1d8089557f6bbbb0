// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using NetStall.Workloads.Cri;

namespace NetStall.Linux.Containers;

/// <summary>Asks a container runtime through its CRI socket: gRPC, of which one call with one answer is all we need.</summary>
/// <remarks>
/// <code>
///  POST /runtime.v1.RuntimeService/ListContainers          HTTP/2 over a unix socket
///  00 00000000                                             not compressed, length, message: an empty one asks for all
///  -> 00 0000012a … , grpc-status: 0                       the status comes behind the message, or with the headers when there is none
/// </code>
/// </remarks>
sealed class CriClient : IDisposable
{
    const int FrameHead = 5;

    /// <summary>A thousand containers with long labels are some megabytes.</summary>
    const int MostBytes = 64 << 20;

    /// <summary>Of https://grpc.github.io/grpc/core/md_doc_statuscodes.html.</summary>
    const string Ok = "0", Unimplemented = "12";

    static readonly byte[] Everything = new byte[FrameHead];

    readonly HttpClient _http;

    public CriClient(string socket) => _http = new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, stop) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), stop).ConfigureAwait(false);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>All sandboxes and containers, running or not.</summary>
    /// <exception cref="HttpRequestException">Nobody answers, or not as gRPC does.</exception>
    /// <exception cref="InvalidDataException">It answers that it cannot; the message is its own.</exception>
    /// <exception cref="IOException">The answer broke off.</exception>
    public async Task<(IReadOnlyList<CriSandbox> Sandboxes, IReadOnlyList<CriContainer> Containers)> ListAsync(CancellationToken stop)
    {
        // Runtimes before containerd 1.6 and CRI-O 1.23 know the older name alone.
        string version = "v1";
        var (status, sandboxes) = await CallAsync("v1", "ListPodSandbox", stop).ConfigureAwait(false);
        if (status == Unimplemented)
        {
            version = "v1alpha2";
            (status, sandboxes) = await CallAsync(version, "ListPodSandbox", stop).ConfigureAwait(false);
        }
        Demand(status);
        (status, var containers) = await CallAsync(version, "ListContainers", stop).ConfigureAwait(false);
        Demand(status);
        return (CriAnswers.Sandboxes(sandboxes), CriAnswers.Containers(containers));
    }

    public void Dispose() => _http.Dispose();

    static void Demand(string status)
    {
        if (status == Unimplemented)
            throw new InvalidDataException("it offers no CRI (in containerd, the plugin may be switched off)");
        if (status != Ok)
            throw new InvalidDataException($"it answered with gRPC status {status}");
    }

    async Task<(string Status, byte[] Message)> CallAsync(string version, string method, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/runtime.{version}.RuntimeService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Everything) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"it answered with HTTP status {(int)answer.StatusCode}"));
        byte[] body = await ReadAsync(answer.Content, stop).ConfigureAwait(false);
        string status = Status(answer.TrailingHeaders) ?? Status(answer.Headers) ?? "unknown";
        if (status != Ok)
            return (status, []);
        // One message: more would be a stream, which these calls do not answer with.
        if (body.Length < FrameHead || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) != body.Length - FrameHead)
            throw new InvalidDataException("its answer is no gRPC message");
        return (status, body[FrameHead..]);
    }

    static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken stop)
    {
        using var stream = await content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 14];
        for (int read; (read = await stream.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0;)
        {
            bytes.Write(buffer.AsSpan(0, read));
            if (bytes.Length > MostBytes)
                throw new InvalidDataException($"its answer has more than {MostBytes >> 20} MB");
        }
        return bytes.ToArray();
    }

    static string? Status(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.First() : null;
}
