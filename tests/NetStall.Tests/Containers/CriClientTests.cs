// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using NetStall.Linux.Containers;
using NetStall.Workloads;
using Xunit;

namespace NetStall.Tests.Containers;

/// <summary>Sockets behind which no runtime is, or a sick one.</summary>
public sealed class CriClientTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("netstall-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    // For answers that do come: a busy machine may take its time.
    static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    static List<string> NotesOf(string socket, TimeSpan patience)
    {
        var notes = new List<string>();
        Assert.False(RuntimeNames.AddTo(new CgroupMapText(), notes, [socket], patience));
        return notes;
    }

    [Fact]
    public void A_socket_at_which_nobody_listens_is_a_sentence()
    {
        string path = Path.Combine(_folder, "s");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            socket.Bind(new UnixDomainSocketEndPoint(path));
        if (!File.Exists(path))
            File.WriteAllText(path, "");

        Assert.StartsWith($"The container runtime behind {path} did not tell its containers' names: ", Assert.Single(NotesOf(path, Short)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_that_does_not_answer_costs_the_time_it_is_given_and_a_sentence()
    {
        string path = Path.Combine(_folder, "s");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();

        Assert.Equal([$"The container runtime behind {path} did not answer within 0.3 s, so its containers have no names."], NotesOf(path, Short));
    }

    [Fact]
    public async Task Something_that_speaks_another_language_is_a_sentence()
    {
        string path = Path.Combine(_folder, "s");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        var answering = Task.Run(() =>
        {
            using var caller = socket.Accept();
            caller.Send(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
        }, TestContext.Current.CancellationToken);

        Assert.StartsWith($"The container runtime behind {path} did not tell its containers' names: ", Assert.Single(NotesOf(path, Long)), StringComparison.Ordinal);
        await answering;
    }
}
