// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace NetStall.Catalogue;

/// <summary>Which file a kernel function writes the text of. Only functions that belong to one file, under a name that no other file's function bears.</summary>
/// <remarks>
/// Left out on purpose: c_show, m_show, r_show, s_show, t_show, seq_show, m_start. Several files' functions are called so.
/// The sources name the file beside the function where they register it (proc_create, cftype, debugfs_create_file).
/// </remarks>
static class ShownFiles
{
    static readonly FrozenDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // What every process may ask of the machine.
        ["slab_show"] = "/proc/slabinfo",
        ["show_stat"] = "/proc/stat",
        ["show_interrupts"] = "/proc/interrupts",
        ["show_softirqs"] = "/proc/softirqs",
        ["meminfo_proc_show"] = "/proc/meminfo",
        ["vmstat_show"] = "/proc/vmstat",
        ["zoneinfo_show"] = "/proc/zoneinfo",
        ["frag_show"] = "/proc/buddyinfo",
        ["pagetypeinfo_show"] = "/proc/pagetypeinfo",
        ["vmalloc_info_show"] = "/proc/vmallocinfo",
        ["swap_show"] = "/proc/swaps",
        ["diskstats_show"] = "/proc/diskstats",
        ["show_partition"] = "/proc/partitions",
        ["show_cpuinfo"] = "/proc/cpuinfo",
        ["loadavg_proc_show"] = "/proc/loadavg",
        ["uptime_proc_show"] = "/proc/uptime",
        ["version_proc_show"] = "/proc/version",
        ["cmdline_proc_show"] = "/proc/cmdline",
        ["filesystems_proc_show"] = "/proc/filesystems",
        ["devinfo_show"] = "/proc/devices",
        ["misc_seq_show"] = "/proc/misc",
        ["locks_show"] = "/proc/locks",
        ["timer_list_show"] = "/proc/timer_list",
        ["show_schedstat"] = "/proc/schedstat",
        ["proc_cgroupstats_show"] = "/proc/cgroups",
        ["proc_dma_show"] = "/proc/dma",
        ["proc_keys_show"] = "/proc/keys",
        ["proc_key_users_show"] = "/proc/key-users",
        ["execdomains_proc_show"] = "/proc/execdomains",
        ["psi_cpu_show"] = "/proc/pressure/cpu",
        ["psi_io_show"] = "/proc/pressure/io",
        ["psi_memory_show"] = "/proc/pressure/memory",
        ["psi_irq_show"] = "/proc/pressure/irq",
        ["mtrr_seq_show"] = "/proc/mtrr",
        ["kpagecount_read"] = "/proc/kpagecount",
        ["kpageflags_read"] = "/proc/kpageflags",
        ["kpagecgroup_read"] = "/proc/kpagecgroup",
        ["sysvipc_shm_proc_show"] = "/proc/sysvipc/shm",
        ["sysvipc_sem_proc_show"] = "/proc/sysvipc/sem",
        ["sysvipc_msg_proc_show"] = "/proc/sysvipc/msg",

        // One process.
        ["show_map"] = "/proc/PID/maps",
        ["show_smap"] = "/proc/PID/smaps",
        ["show_smaps_rollup"] = "/proc/PID/smaps_rollup",
        ["show_numa_map"] = "/proc/PID/numa_maps",
        ["pagemap_read"] = "/proc/PID/pagemap",
        ["show_mountinfo"] = "/proc/PID/mountinfo",
        ["show_vfsmnt"] = "/proc/PID/mounts",
        ["show_vfsstat"] = "/proc/PID/mountstats",
        ["proc_pid_status"] = "/proc/PID/status",
        ["do_task_stat"] = "/proc/PID/stat",
        ["proc_tgid_stat"] = "/proc/PID/stat",
        ["proc_tid_stat"] = "/proc/PID/stat",
        ["proc_pid_statm"] = "/proc/PID/statm",
        ["proc_pid_limits"] = "/proc/PID/limits",
        ["proc_pid_schedstat"] = "/proc/PID/schedstat",
        ["proc_pid_stack"] = "/proc/PID/stack",
        ["proc_pid_wchan"] = "/proc/PID/wchan",
        ["proc_pid_syscall"] = "/proc/PID/syscall",
        ["proc_pid_cmdline_read"] = "/proc/PID/cmdline",
        ["environ_read"] = "/proc/PID/environ",
        ["proc_oom_score"] = "/proc/PID/oom_score",
        ["proc_tgid_io_accounting"] = "/proc/PID/io",
        ["proc_cgroup_show"] = "/proc/PID/cgroup",
        ["proc_cpuset_show"] = "/proc/PID/cpuset",
        ["sched_show"] = "/proc/PID/sched",
        ["comm_show"] = "/proc/PID/comm",
        ["show_timer"] = "/proc/PID/timers",
        ["children_seq_show"] = "/proc/PID/task/TID/children",

        // The network. The tables of TCP and UDP are walked by functions that both address families share.
        ["tcp4_seq_show"] = "/proc/net/tcp",
        ["tcp6_seq_show"] = "/proc/net/tcp6",
        ["tcp_seq_start"] = "/proc/net/tcp or /proc/net/tcp6",
        ["tcp_seq_next"] = "/proc/net/tcp or /proc/net/tcp6",
        ["tcp_get_idx"] = "/proc/net/tcp or /proc/net/tcp6",
        ["established_get_first"] = "/proc/net/tcp or /proc/net/tcp6",
        ["established_get_next"] = "/proc/net/tcp or /proc/net/tcp6",
        ["listening_get_next"] = "/proc/net/tcp or /proc/net/tcp6",
        ["udp4_seq_show"] = "/proc/net/udp",
        ["udp6_seq_show"] = "/proc/net/udp6",
        ["udp_seq_start"] = "/proc/net/udp or /proc/net/udp6",
        ["udp_get_first"] = "/proc/net/udp or /proc/net/udp6",
        ["raw_seq_show"] = "/proc/net/raw",
        ["raw6_seq_show"] = "/proc/net/raw6",
        ["ping_v4_seq_show"] = "/proc/net/icmp",
        ["unix_seq_show"] = "/proc/net/unix",
        ["packet_seq_show"] = "/proc/net/packet",
        ["netlink_seq_show"] = "/proc/net/netlink",
        ["dev_seq_show"] = "/proc/net/dev",
        ["dev_mc_seq_show"] = "/proc/net/dev_mcast",
        ["softnet_seq_show"] = "/proc/net/softnet_stat",
        ["ptype_seq_show"] = "/proc/net/ptype",
        ["proto_seq_show"] = "/proc/net/protocols",
        ["arp_seq_show"] = "/proc/net/arp",
        ["fib_route_seq_show"] = "/proc/net/route",
        ["fib_trie_seq_show"] = "/proc/net/fib_trie",
        ["fib_triestat_seq_show"] = "/proc/net/fib_triestat",
        ["rt_cache_seq_show"] = "/proc/net/rt_cache",
        ["rt_cpu_seq_show"] = "/proc/net/stat/rt_cache",
        ["rt_acct_proc_show"] = "/proc/net/rt_acct",
        ["rt6_stats_seq_show"] = "/proc/net/rt6_stats",
        ["ipv6_route_seq_show"] = "/proc/net/ipv6_route",
        ["snmp_seq_show"] = "/proc/net/snmp",
        ["snmp6_seq_show"] = "/proc/net/snmp6",
        ["netstat_seq_show"] = "/proc/net/netstat",
        ["sockstat_seq_show"] = "/proc/net/sockstat",
        ["sockstat6_seq_show"] = "/proc/net/sockstat6",
        ["if6_seq_show"] = "/proc/net/if_inet6",
        ["igmp_mc_seq_show"] = "/proc/net/igmp",
        ["igmp6_mc_seq_show"] = "/proc/net/igmp6",
        ["igmp_mcf_seq_show"] = "/proc/net/mcfilter",
        ["igmp6_mcf_seq_show"] = "/proc/net/mcfilter6",
        ["ac6_seq_show"] = "/proc/net/anycast6",
        ["ip6fl_seq_show"] = "/proc/net/ip6_flowlabel",
        ["xfrm_statistics_seq_show"] = "/proc/net/xfrm_stat",
        ["ipmr_vif_seq_show"] = "/proc/net/ip_mr_vif",
        ["ipmr_mfc_seq_show"] = "/proc/net/ip_mr_cache",
        ["ct_seq_show"] = "/proc/net/nf_conntrack",
        ["ct_get_next"] = "/proc/net/nf_conntrack",
        ["ct_seq_next"] = "/proc/net/nf_conntrack",
        ["ct_cpu_seq_show"] = "/proc/net/stat/nf_conntrack",
        ["ip_vs_info_seq_show"] = "/proc/net/ip_vs",
        ["ip_vs_conn_seq_show"] = "/proc/net/ip_vs_conn",

        // A cgroup, by the file's name in it.
        ["memory_stat_show"] = "memory.stat",
        ["memcg_stat_show"] = "memory.stat",
        ["memory_numa_stat_show"] = "memory.numa_stat",
        ["memcg_numa_stat_show"] = "memory.numa_stat",
        ["memory_events_show"] = "memory.events",
        ["memory_events_local_show"] = "memory.events.local",
        ["swap_events_show"] = "memory.swap.events",
        ["mem_cgroup_slab_show"] = "memory.kmem.slabinfo",
        ["cgroup_stat_show"] = "cgroup.stat",
        ["cgroup_events_show"] = "cgroup.events",
        ["cgroup_procs_show"] = "cgroup.procs",
        ["cgroup_cpu_pressure_show"] = "cpu.pressure",
        ["cgroup_io_pressure_show"] = "io.pressure",
        ["cgroup_memory_pressure_show"] = "memory.pressure",
        ["cpu_stat_show"] = "cpu.stat",
        ["cpu_cfs_stat_show"] = "cpu.stat",
        ["cpu_local_stat_show"] = "cpu.stat.local",
        ["blkcg_print_stat"] = "io.stat",
        ["cpuacct_stats_show"] = "cpuacct.stat",
        ["cpuacct_all_seq_show"] = "cpuacct.usage_all",
        ["cpuacct_percpu_seq_show"] = "cpuacct.usage_percpu",
        ["pids_events_show"] = "pids.events",

        // debugfs.
        ["sched_debug_show"] = "/sys/kernel/debug/sched/debug",
        ["clk_summary_show"] = "/sys/kernel/debug/clk/clk_summary",
        ["extfrag_show"] = "/sys/kernel/debug/extfrag/extfrag_index",
        ["unusable_show"] = "/sys/kernel/debug/extfrag/unusable_index",
        ["kmemleak_seq_show"] = "/sys/kernel/debug/kmemleak",
        ["memtype_seq_show"] = "/sys/kernel/debug/x86/pat_memtype_list",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The file of this function; null when it is not in the table.</summary>
    public static string? PathOf(string function)
    {
        if (Paths.TryGetValue(function, out string? path))
            return path;
        // Each kind of descriptor has a function of its own for one and the same file: ep_show_fdinfo, inotify_show_fdinfo …
        return function.EndsWith("_show_fdinfo", StringComparison.Ordinal) ? "/proc/PID/fdinfo/FD" : null;
    }

    /// <summary>Every function of the table.</summary>
    public static IReadOnlyCollection<string> Functions => Paths.Keys;
}
