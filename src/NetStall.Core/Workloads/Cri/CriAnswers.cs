// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Workloads.Cri;

/// <summary>Reads what a container runtime answers (Kubernetes' CRI, <c>runtime.v1</c>; v1alpha2 has the same numbers), of that what names containers.</summary>
/// <remarks>
/// <code>
///  ListContainersResponse { repeated Container containers = 1 }
///  Container              { string id = 1, string pod_sandbox_id = 2, ContainerMetadata metadata = 3, …, map labels = 8 }
///  ContainerMetadata      { string name = 1, uint32 attempt = 2 }
///  ListPodSandboxResponse { repeated PodSandbox items = 1 }
///  PodSandbox             { string id = 1, PodSandboxMetadata metadata = 2, … }
///  PodSandboxMetadata     { string name = 1, string uid = 2, string namespace = 3, uint32 attempt = 4 }
///  map entry              { string key = 1, string value = 2 }
/// </code>
/// An entry that cannot be read is left out.
/// </remarks>
public static class CriAnswers
{
    public static IReadOnlyList<CriContainer> Containers(ReadOnlySpan<byte> answer)
    {
        var containers = new List<CriContainer>();
        var entries = new ProtobufFields(answer);
        while (entries.MoveNext())
        {
            if (entries.Number == 1 && ReadContainer(entries.Value) is { } container)
                containers.Add(container);
        }
        return containers;
    }

    public static IReadOnlyList<CriSandbox> Sandboxes(ReadOnlySpan<byte> answer)
    {
        var sandboxes = new List<CriSandbox>();
        var entries = new ProtobufFields(answer);
        while (entries.MoveNext())
        {
            if (entries.Number == 1 && ReadSandbox(entries.Value) is { } sandbox)
                sandboxes.Add(sandbox);
        }
        return sandboxes;
    }

    static CriContainer? ReadContainer(ReadOnlySpan<byte> message)
    {
        ContainerId? id = null, sandbox = null;
        string? name = null, inNamespace = null, pod = null;
        var fields = new ProtobufFields(message);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case 1:
                    id = Id(fields.Value);
                    break;
                case 2:
                    sandbox = Id(fields.Value);
                    break;
                case 3:
                    name = FirstText(fields.Value);
                    break;
                case 8:
                    ReadLabel(fields.Value, ref inNamespace, ref pod);
                    break;
            }
        }
        return fields.IsDamaged || id is not { } own ? null
            : new CriContainer(own, sandbox, name, inNamespace is not null && pod is not null ? new PodName(inNamespace, pod, name) : null);
    }

    static void ReadLabel(ReadOnlySpan<byte> entry, ref string? inNamespace, ref string? pod)
    {
        ReadOnlySpan<byte> key = default, value = default;
        var fields = new ProtobufFields(entry);
        while (fields.MoveNext())
        {
            if (fields.Number == 1)
                key = fields.Value;
            else if (fields.Number == 2)
                value = fields.Value;
        }
        if (key.SequenceEqual("io.kubernetes.pod.namespace"u8))
            inNamespace = Text(value);
        else if (key.SequenceEqual("io.kubernetes.pod.name"u8))
            pod = Text(value);
    }

    static CriSandbox? ReadSandbox(ReadOnlySpan<byte> message)
    {
        ContainerId? id = null;
        string? inNamespace = null, name = null;
        PodUid? uid = null;
        var fields = new ProtobufFields(message);
        while (fields.MoveNext())
        {
            if (fields.Number == 1)
                id = Id(fields.Value);
            if (fields.Number != 2)
                continue;
            var metadata = new ProtobufFields(fields.Value);
            while (metadata.MoveNext())
            {
                if (metadata.Number == 1)
                    name = Text(metadata.Value);
                else if (metadata.Number == 2)
                    uid = PodUid.TryParse(metadata.Value, out var known) ? known : null;
                else if (metadata.Number == 3)
                    inNamespace = Text(metadata.Value);
            }
        }
        return fields.IsDamaged || id is not { } own || name is null || inNamespace is null ? null : new CriSandbox(own, new PodName(inNamespace, name, null), uid);
    }

    static string? FirstText(ReadOnlySpan<byte> message)
    {
        string? text = null;
        var fields = new ProtobufFields(message);
        while (fields.MoveNext())
        {
            if (fields.Number == 1)
                text = Text(fields.Value);
        }
        return text;
    }

    static ContainerId? Id(ReadOnlySpan<byte> text) => ContainerId.TryParse(text, out var id) ? id : null;

    static string? Text(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes);
}
