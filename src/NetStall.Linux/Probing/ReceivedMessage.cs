// SPDX-License-Identifier: Apache-2.0
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>One datagram, or one entry of the error queue, with what the kernel says of it. Its buffers are used again for the next.</summary>
sealed unsafe class ReceivedMessage
{
    readonly byte[] _data = GC.AllocateArray<byte>(2048, pinned: true);
    readonly byte[] _control = GC.AllocateArray<byte>(512, pinned: true);
    int _length;

    public ReadOnlySpan<byte> Data => _data.AsSpan(0, _length);

    /// <summary>CLOCK_REALTIME; null when the kernel gave none.</summary>
    public long? Stamp { get; private set; }

    /// <summary>Of struct sock_extended_err; null for an ordinary datagram.</summary>
    public (byte Origin, uint Errno, uint Data)? Error { get; private set; }

    /// <returns>False when there is nothing more.</returns>
    public bool Receive(int fd, bool fromErrorQueue)
    {
        (Stamp, Error, _length) = (null, null, 0);
        fixed (byte* data = _data, control = _control)
        {
            var vector = new IoVector { Base = data, Length = (nuint)_data.Length };
            var message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)_control.Length };
            nint length;
            do
                length = ReceiveMessage(fd, &message, MsgDontWait | (fromErrorQueue ? MsgErrQueue : 0));
            while (length < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Native.Errno.Interrupted);
            if (length < 0)
                return false;
            _length = (int)length;
            Read(_control.AsSpan(0, (int)message.ControlLength));
        }
        return true;
    }

    // struct cmsghdr { size_t len; int level, type; } and its data, the next one at a multiple of 8.
    void Read(ReadOnlySpan<byte> control)
    {
        while (control.Length >= 16)
        {
            long length = BitConverter.ToInt64(control);
            if (length < 16 || length > control.Length)
                return;
            int level = BitConverter.ToInt32(control[8..]), type = BitConverter.ToInt32(control[12..]);
            var data = control[16..(int)length];
            if (level == SolSocket && type == SoTimestamping && data.Length >= 16)
            {
                // struct scm_timestamping: three timespecs, the first is the software's; zero when there is none.
                long at = BitConverter.ToInt64(data) * 1_000_000_000 + BitConverter.ToInt64(data[8..]);
                Stamp = at == 0 ? null : at;
            }
            else if (((level == SolIp && type == IpRecvErr) || (level == SolIpv6 && type == Ipv6RecvErr)) && data.Length >= 16)
            {
                // struct sock_extended_err { u32 errno; u8 origin, type, code, pad; u32 info, data; }
                Error = (data[4], BitConverter.ToUInt32(data), BitConverter.ToUInt32(data[12..]));
            }
            int next = (int)((length + 7) & ~7);
            control = next >= control.Length ? default : control[next..];
        }
    }
}
