// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Probing;

/// <summary>What is sent, and so what answers. Each is answered in the peer's NET_RX itself: no process of the peer needs the CPU for it.</summary>
public enum ProbeTransport
{
    /// <summary>Echo request; its reply.</summary>
    Icmp,

    /// <summary>SYN; a SYN-ACK where something listens, a RST where not.</summary>
    Tcp,

    /// <summary>A datagram; an ICMP error where nobody listens, else what an echo service sends back.</summary>
    Udp,
}
