// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using CsCheck;
using NetStall.Workloads;
using Xunit;

namespace NetStall.Tests.Workloads;

public class WorkloadTests
{
    const string Id = "db150a1b6b2f4c3d8e5e0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789ab";
    const string Inner = "58390000aaaabbbbccccdddd000011112222333344445555666677778888ffff";
    const string Uid = "7c97d8f2-e047-4a92-8e5e-af66f33d81cf";
    const string Under = "7c97d8f2_e047_4a92_8e5e_af66f33d81cf";
    const string StaticUid = "0123456789abcdef0123456789abcdef";

    // What a path tells, in one line: pod, class, container, runtime, unit.
    static void Check(string path, string expected)
    {
        string told = Tell(Workload.FromCgroupPath(path));
        Assert.Equal(expected, told);
        Assert.Equal(told, Tell(Workload.FromCgroupPath(path.AsSpan())));
    }

    static string Tell(Workload? workload)
    {
        if (workload is null)
            return "nothing";
        string?[] parts =
        [
            workload.Pod is { } pod ? $"pod {pod}" : null,
            workload.Qos is { } qos ? qos.ToString().ToLower(CultureInfo.InvariantCulture) : null,
            workload.Container is { } container ? $"container {container.Short}" : null,
            workload.Runtime.Name(),
            workload.Unit is { } unit ? $"unit {unit}" : null,
        ];
        return string.Join(", ", parts.Where(p => p is not null));
    }

    [Theory]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", $"pod {Uid}, burstable, container db150a1b6b2f")]
    [InlineData($"/kubepods/besteffort/pod{Uid}/{Id}", $"pod {Uid}, besteffort, container db150a1b6b2f")]
    [InlineData($"/kubepods/pod{Uid}/{Id}", $"pod {Uid}, guaranteed, container db150a1b6b2f")]
    [InlineData($"/kubepods/burstable/pod{Uid}/crio-{Id}", $"pod {Uid}, burstable, container db150a1b6b2f, cri-o")]
    [InlineData($"/kubelet/kubepods/burstable/pod{Uid}/{Id}", $"pod {Uid}, burstable, container db150a1b6b2f")]
    [InlineData($"/kubepods/burstable/pod{Uid}", $"pod {Uid}, burstable")]
    [InlineData("/kubepods/burstable", "burstable")]
    [InlineData("/kubepods", "nothing")]
    public void The_cgroupfs_driver_names_folders_plainly(string path, string expected) => Check(path, expected);

    [Theory]
    [InlineData($"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"pod {Uid}, burstable, container db150a1b6b2f, containerd")]
    [InlineData($"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{Under}.slice/crio-{Id}.scope",
        $"pod {Uid}, besteffort, container db150a1b6b2f, cri-o")]
    [InlineData($"/kubepods.slice/kubepods-pod{Under}.slice/docker-{Id}.scope", $"pod {Uid}, guaranteed, container db150a1b6b2f, docker")]
    [InlineData("/kubepods.slice/kubepods-burstable.slice", "burstable")]
    [InlineData("/kubepods.slice", "unit kubepods.slice")]
    public void The_systemd_driver_names_slices_and_scopes(string path, string expected) => Check(path, expected);

    [Fact]
    public void A_pod_uid_with_underscores_is_written_with_dashes() =>
        Assert.Equal(Uid, Workload.FromCgroupPath($"/kubepods.slice/kubepods-pod{Under.ToUpperInvariant()}.slice")?.Pod.ToString());

    [Theory]
    [InlineData($"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{StaticUid}.slice/cri-containerd-{Id}.scope")]
    [InlineData($"/kubepods-burstable-pod{StaticUid}.slice:cri-containerd:{Id}")]
    public void A_static_pods_uid_has_no_dashes_and_gets_none(string path) =>
        Check(path, $"pod {StaticUid}, burstable, container db150a1b6b2f, containerd");

    [Theory]
    [InlineData($"/kubepods-burstable-pod{Under}.slice:cri-containerd:{Id}", $"pod {Uid}, burstable, container db150a1b6b2f, containerd")]
    [InlineData($"kubepods-besteffort-pod{Under}.slice:cri-containerd:{Id}", $"pod {Uid}, besteffort, container db150a1b6b2f, containerd")]
    [InlineData($"/kubepods-pod{Under}.slice:crio:{Id}", $"pod {Uid}, guaranteed, container db150a1b6b2f, cri-o")]
    [InlineData($"/system.slice:docker:{Id}", "container db150a1b6b2f, docker")]
    public void A_runc_that_takes_systemds_parts_for_a_folder_is_understood(string path, string expected) => Check(path, expected);

    [Theory]
    [InlineData($"/../../kubepods-besteffort.slice/kubepods-besteffort-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"pod {Uid}, besteffort, container db150a1b6b2f, containerd")]
    [InlineData($"/../../../besteffort/pod{Uid}/{Id}", $"pod {Uid}, besteffort, container db150a1b6b2f")]
    [InlineData($"/../../pod{Uid}/{Id}", $"pod {Uid}, container db150a1b6b2f")]
    [InlineData($"/../cri-containerd-{Id}.scope", "container db150a1b6b2f, containerd")]
    [InlineData("/../../..", "nothing")]
    public void A_path_from_inside_a_cgroup_namespace_tells_what_it_still_holds(string path, string expected) => Check(path, expected);

    [Theory]
    [InlineData($"/docker/{Id}", "container db150a1b6b2f, docker")]
    [InlineData($"/system.slice/docker-{Id}.scope", "container db150a1b6b2f, docker")]
    [InlineData($"/machine.slice/libpod-{Id}.scope/container", "container db150a1b6b2f, podman")]
    [InlineData($"/libpod_parent/libpod-{Id}", "container db150a1b6b2f, podman")]
    [InlineData($"/libpod_parent/{Inner}/libpod-{Id}", "container db150a1b6b2f, podman")]
    [InlineData($"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{Id}.scope", "container db150a1b6b2f, podman")]
    [InlineData($"/user.slice/user-1000.slice/user@1000.service/user.slice/nerdctl-{Id}.scope", "container db150a1b6b2f, containerd")]
    [InlineData($"/ecs/0123/{Id}", "container db150a1b6b2f")]
    public void A_container_without_kubernetes_is_still_a_container(string path, string expected) => Check(path, expected);

    [Theory]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}/init")]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}/system.slice/nginx.service")]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}/docker/{Inner}")]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}/a/b/c/")]
    public void A_child_cgroup_belongs_to_the_container_above_it(string path) =>
        Check(path, $"pod {Uid}, burstable, container db150a1b6b2f");

    [Theory]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}/kubepods/pod11111111-2222-3333-4444-555555555555/{Inner}", $"pod {Uid}, burstable, container db150a1b6b2f")]
    [InlineData($"/kubepods/burstable/podhomemade/{Id}/kubepods/pod11111111-2222-3333-4444-555555555555/{Inner}", "burstable, container db150a1b6b2f")]
    public void A_container_cannot_put_another_pods_name_on_itself(string path, string expected) => Check(path, expected);

    [Fact]
    public void A_user_cannot_put_a_pods_name_on_a_folder_of_their_own() =>
        Check($"/user.slice/user-1000.slice/user@1000.service/kubepods-burstable-pod{Under}.slice/x.service", "unit user@1000.service");

    [Theory]
    [InlineData($"/docker/{Inner}/kubelet/kubepods/besteffort/pod{Uid}/{Id}", $"pod {Uid}, besteffort, container db150a1b6b2f")]
    [InlineData($"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"pod {Uid}, burstable, container db150a1b6b2f, containerd")]
    [InlineData($"/system.slice/docker-{Inner}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"pod {Uid}, guaranteed, container db150a1b6b2f, containerd")]
    [InlineData($"/docker/{Inner}/kubelet/kubepods/besteffort/pod{Uid}", $"pod {Uid}, besteffort")]
    [InlineData($"/docker/{Inner}/kubelet/kubepods/besteffort", "besteffort")]
    [InlineData($"/docker/{Id}/system.slice/kubelet.service", "container db150a1b6b2f, docker")]
    public void On_a_kind_node_the_pod_counts_and_not_the_node(string path, string expected) => Check(path, expected);

    [Theory]
    [InlineData("/system.slice/ssh.service", "unit ssh.service")]
    [InlineData("/init.scope", "unit init.scope")]
    [InlineData("/user.slice/user-1000.slice/session-3.scope", "unit session-3.scope")]
    [InlineData("/user.slice/user-1000.slice", "unit user-1000.slice")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/init.scope", "unit user@1000.service")]
    [InlineData("/system.slice/containerd.service/kubelet.service", "unit containerd.service")]
    [InlineData(@"/system.slice/system-serial\x2dgetty.slice/serial-getty@ttyS0.service", "unit serial-getty@ttyS0.service")]
    [InlineData(@"/machine.slice/machine-qemu\x2d1\x2dvm1.scope/libvirt/emulator", @"unit machine-qemu\x2d1\x2dvm1.scope")]
    [InlineData("/system.slice/_cpu.service", "unit cpu.service")]
    public void What_systemd_started_has_the_name_of_its_unit(string path, string expected) => Check(path, expected);

    [Fact]
    public void Escaped_dashes_are_dashes() =>
        Check($@"/kubepods.slice/kubepods-burstable-pod7c97d8f2\x2de047\x2d4a92\x2d8e5e\x2daf66f33d81cf.slice/cri\x2dcontainerd\x2d{Id}.scope",
            $"pod {Uid}, burstable, container db150a1b6b2f, containerd");

    [Theory]
    [InlineData($"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Under}.slice/crio-conmon-{Id}.scope",
        $"pod {Uid}, burstable, unit crio-conmon-{Id}.scope")]
    [InlineData($"/machine.slice/libpod-conmon-{Id}.scope", $"unit libpod-conmon-{Id}.scope")]
    public void The_watcher_beside_a_container_is_not_the_container(string path, string expected) => Check(path, expected);

    [Fact]
    public void A_cgroup_removed_under_its_task_is_still_told() =>
        Check($"/kubepods/burstable/pod{Uid}/{Id} (deleted)", $"pod {Uid}, burstable, container db150a1b6b2f");

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("///.././")]
    [InlineData("/a/b/c")]
    [InlineData("/docker/db150a1b6b2f")]
    [InlineData($"/docker/{Id}0")]
    [InlineData($"/x/-{Id}.scope")]
    [InlineData("/.service")]
    [InlineData("/evil\nname.service")]
    [InlineData("/podhomemade/x")]
    [InlineData("/kubepodsx.slic")]
    [InlineData("/process_api/4b6f5e143bdf683cd5328998b66de95b")]
    [InlineData($"/docker/{StaticUid}{StaticUid}\0")]
    public void Where_nothing_is_told_nothing_is_said(string path) => Check(path, "nothing");

    [Fact]
    public void The_path_is_kept_as_it_was_given()
    {
        string path = $"/docker/{Id} (deleted)";
        Assert.Same(path, Workload.FromCgroupPath(path)?.CgroupPath);
        Assert.Equal(path, Workload.FromCgroupPath(path.AsSpan())?.CgroupPath);
    }

    [Fact]
    public void Ten_thousand_folders_deep_the_first_container_is_found() =>
        Check($"/docker/{Id}" + string.Concat(Enumerable.Repeat("/deep", 10_000)), "container db150a1b6b2f, docker");

    [Fact]
    public void A_name_longer_than_any_folder_tells_nothing() =>
        Check("/" + new string('a', 1_000_000) + ".service/" + new string('\\', 1_000_000), "nothing");

    static readonly string[] _words =
    [
        "/", "..", "kubepods", "kubepods.slice", "burstable", "-pod", "pod", Uid, Under, StaticUid, Id, ".slice", ".scope", ".service",
        "cri-containerd-", "crio", ":", "docker", "libpod_parent", "libpod-", "\\x2d", "\\x", "\\", "\n", "\0", "\ud800", " (deleted)", "_", "user@1",
    ];

    static readonly Gen<string> _pieces = Gen.Int[0, _words.Length - 1].Select(i => _words[i]);

    [Fact]
    public void No_text_makes_it_throw_and_what_it_tells_stands_in_the_path() =>
        Gen.Select(_pieces.Array[0, 12], Gen.String, (pieces, tail) => string.Concat(pieces) + tail).Sample(path =>
        {
            var told = Workload.FromCgroupPath(path);
            if (told is null)
                return true;
            string plain = path.Replace("\\x2d", "-", StringComparison.Ordinal).Replace('_', '-');
            return told.CgroupPath == path
                && (told.Container is null || plain.Contains(told.Container.ToString()!, StringComparison.OrdinalIgnoreCase))
                && (told.Pod is null || plain.Contains(told.Pod.ToString()!, StringComparison.OrdinalIgnoreCase))
                && (told.Unit is null || path.Contains(told.Unit, StringComparison.Ordinal))
                && (told.Unit is null || told.Container is null);
        }, iter: 20_000);

    [Fact]
    public void Where_the_reader_stands_does_not_change_what_a_whole_path_tells() =>
        _pieces.Array[0, 12].Sample(pieces =>
        {
            string path = "/" + string.Concat(pieces);
            return Tell(Workload.FromCgroupPath(path)) == Tell(Workload.FromCgroupPath("/../.." + path));
        }, iter: 5_000);
}
