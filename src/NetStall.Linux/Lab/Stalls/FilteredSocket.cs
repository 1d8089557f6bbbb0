// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Bpf;
using NetStall.Linux.Native;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A socket that runs a program on what it receives.</summary>
static unsafe class FilteredSocket
{
    public static void Attach(SafeFileHandle socket, BpfProgram program)
    {
        int file = program.File;
        if (StallNative.setsockopt((int)socket.DangerousGetHandle(), StallNative.SocketLevel, StallNative.AttachBpf, &file, sizeof(int)) < 0)
            throw SystemCallException.Last("SO_ATTACH_BPF");
    }
}
