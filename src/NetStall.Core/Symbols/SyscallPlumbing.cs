// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace NetStall.Symbols;

/// <summary>What stands between a system call's entry and the function that does its work, without compiler suffixes.</summary>
static class SyscallPlumbing
{
    public static bool IsEntry(string function) => Entries.Contains(function);

    public static bool IsWrapper(string function) => Wrappers.Contains(function);

    /// <summary>On the way in or out: the call has not begun, or is over, and what lies deeper is none of its work.</summary>
    public static bool EndsCall(string function) =>
        function.StartsWith("syscall_exit_to_user_mode", StringComparison.Ordinal) ||
        function.StartsWith("exit_to_user_mode", StringComparison.Ordinal) ||
        function.StartsWith("syscall_enter_from_user_mode", StringComparison.Ordinal) ||
        function.StartsWith("syscall_trace_", StringComparison.Ordinal) ||
        function.StartsWith("trace_sys_", StringComparison.Ordinal) ||
        function is "task_work_run" or "do_notify_resume" or "syscall_slow_exit_work" or "syscall_return_slowpath" or "prepare_exit_to_usermode" ||
        IsInterrupt(function);

    /// <summary>Where an interrupt or an exception begins: x86's asm_sysvec_…, asm_common_interrupt, asm_exc_…; arm64's el1h_64_irq.</summary>
    public static bool IsInterrupt(string function) =>
        function.StartsWith("asm_", StringComparison.Ordinal) || function.StartsWith("el1h_64_", StringComparison.Ordinal) ||
        function is "el1_irq" or "el1_sync" or "apic_timer_interrupt" or "ret_from_intr" or "common_interrupt";

    /// <summary>The one system call that calls this function first when its own body was inlined; null when there are several.</summary>
    /// <remarks>Read in Linux 6.1 and 6.12; __sys_accept4() and vfs_read() are left out because two or more calls share them.</remarks>
    public static string? OnlyCaller(string function) => Callers.GetValueOrDefault(function);

    static readonly FrozenSet<string> Entries = FrozenSet.Create(
        // x86, arch/x86/entry
        "entry_SYSCALL_64", "entry_SYSCALL_64_after_hwframe", "entry_SYSCALL_64_after_swapgs", "entry_SYSCALL_64_fastpath",
        "entry_SYSCALL_64_safe_stack", "entry_SYSCALL_64_stage2", "__entry_SYSCALL_64_trampoline", "system_call_fastpath", "system_call_after_swapgs",
        "entry_SYSCALL_compat", "entry_SYSCALL_compat_after_hwframe", "entry_SYSENTER_compat", "entry_SYSENTER_compat_after_hwframe",
        "entry_INT80_compat", "asm_int80_emulation", "int80_emulation", "do_int80_emulation",
        "do_syscall_64", "do_syscall_x64", "do_syscall_x32", "x64_sys_call", "x32_sys_call", "ia32_sys_call",
        "do_int80_syscall_32", "do_fast_syscall_32", "__do_fast_syscall_32", "do_SYSENTER_32", "do_syscall_32_irqs_on",
        // arm64, arch/arm64/kernel
        "el0_sync", "el0_sync_handler", "el0_sync_compat", "el0_sync_compat_handler", "el0t_64_sync", "el0t_64_sync_handler", "el0t_32_sync",
        "el0t_32_sync_handler", "el0_svc", "el0_svc_compat", "el0_svc_common", "el0_svc_handler", "el0_svc_compat_handler", "el0_svc_naked",
        "do_el0_svc", "do_el0_svc_compat", "invoke_syscall", "__invoke_syscall");

    static readonly FrozenSet<string> Wrappers = FrozenSet.Create(
        // Reading and writing, fs/read_write.c
        "vfs_read", "vfs_write", "__vfs_read", "__vfs_write", "vfs_readv", "vfs_writev", "do_readv", "do_writev", "do_preadv", "do_pwritev",
        "do_iter_read", "do_iter_write", "do_iter_readv_writev", "do_loop_readv_writev", "vfs_iter_read", "vfs_iter_write",
        "new_sync_read", "new_sync_write", "call_read_iter", "call_write_iter", "do_sync_read", "do_sync_write", "ksys_dup3", "ksys_semtimedop",
        "ksys_sync", "ksys_fallocate",
        // Files of procfs, sysfs and cgroupfs: the function that shows the one file comes after these.
        "seq_read", "seq_read_iter", "traverse", "proc_reg_read", "proc_reg_read_iter", "proc_reg_write", "pde_read", "pde_write",
        "kernfs_fop_read", "kernfs_fop_read_iter", "kernfs_fop_write", "kernfs_fop_write_iter", "kernfs_seq_show", "kernfs_file_direct_read",
        "kernfs_file_read_iter", "cgroup_seqfile_show", "cgroup_file_write", "sysfs_kf_seq_show", "sysfs_kf_read", "sysfs_kf_write",
        "dev_attr_show", "dev_attr_store", "kobj_attr_show", "kobj_attr_store", "proc_single_show", "single_read", "proc_sys_read", "proc_sys_write",
        "proc_sys_call_handler", "full_proxy_read", "full_proxy_write", "simple_attr_read", "simple_attr_write",
        // Sockets, net/socket.c
        "__sys_setsockopt", "__sys_getsockopt", "do_sock_setsockopt", "do_sock_getsockopt", "sock_common_setsockopt", "sock_common_getsockopt",
        "__sys_sendto", "__sys_recvfrom", "__sys_sendmsg", "__sys_recvmsg", "___sys_sendmsg", "____sys_sendmsg", "___sys_recvmsg", "____sys_recvmsg",
        "__sys_sendmmsg", "__sys_recvmmsg", "do_recvmmsg", "__sys_connect", "__sys_connect_file", "__sys_bind", "__sys_bind_socket", "__sys_listen",
        "__sys_listen_socket", "__sys_accept4", "__sys_accept4_file", "do_accept", "__sys_socket", "__sys_socketpair", "__sys_shutdown",
        "__sys_shutdown_sock", "__sys_getsockname", "__sys_getpeername", "sock_sendmsg", "__sock_sendmsg", "sock_sendmsg_nosec", "sock_recvmsg",
        "sock_recvmsg_nosec", "sock_read_iter", "sock_write_iter", "sock_ioctl", "sock_do_ioctl",
        // The rest
        "__sys_bpf", "vfs_ioctl", "do_vfs_ioctl", "do_sys_open", "do_sys_openat2", "do_sys_poll", "do_epoll_wait", "do_epoll_pwait", "do_epoll_ctl",
        "do_futex", "kern_select", "core_sys_select", "kernel_clone", "_do_fork", "do_fork", "do_execve", "do_execveat_common", "kernel_wait4", "do_wait",
        "__close_range", "do_sendfile", "iterate_dir", "vfs_fsync", "vfs_fsync_range", "do_fsync", "vfs_fallocate", "vfs_statx", "vfs_fstat", "vfs_fstatat",
        "do_mount", "path_mount", "__sys_setuid", "__sys_setgid", "__sys_setreuid", "__sys_setregid", "__sys_setresuid", "__sys_setresgid");

    static readonly FrozenDictionary<string, string> Callers = new Dictionary<string, string>
    {
        ["__sys_sendto"] = "sendto",
        ["__sys_recvfrom"] = "recvfrom",
        ["__sys_sendmsg"] = "sendmsg",
        ["__sys_recvmsg"] = "recvmsg",
        ["__sys_sendmmsg"] = "sendmmsg",
        ["__sys_recvmmsg"] = "recvmmsg",
        ["__sys_setsockopt"] = "setsockopt",
        ["__sys_getsockopt"] = "getsockopt",
        ["__sys_connect"] = "connect",
        ["__sys_bind"] = "bind",
        ["__sys_listen"] = "listen",
        ["__sys_socket"] = "socket",
        ["__sys_socketpair"] = "socketpair",
        ["__sys_shutdown"] = "shutdown",
        ["__sys_getsockname"] = "getsockname",
        ["__sys_getpeername"] = "getpeername",
        ["__sys_bpf"] = "bpf",
        ["__sys_setuid"] = "setuid",
        ["__sys_setgid"] = "setgid",
        ["__sys_setreuid"] = "setreuid",
        ["__sys_setregid"] = "setregid",
        ["__sys_setresuid"] = "setresuid",
        ["__sys_setresgid"] = "setresgid",
        ["__close_range"] = "close_range",
        // pwritev2 at the file's own position goes here too; that is writev, with flags.
        ["do_writev"] = "writev",
        ["do_readv"] = "readv",
        ["do_sendfile"] = "sendfile",
        ["do_epoll_ctl"] = "epoll_ctl",
        ["do_futex"] = "futex",
        ["do_syslog"] = "syslog",
        ["do_shmat"] = "shmat",
        ["do_sys_ftruncate"] = "ftruncate",
        ["do_sys_truncate"] = "truncate",
        ["do_timerfd_settime"] = "timerfd_settime",
        ["vm_mmap_pgoff"] = "mmap",
        ["__vm_munmap"] = "munmap",
        ["do_vfs_ioctl"] = "ioctl",
        ["vfs_ioctl"] = "ioctl",
        ["path_mount"] = "mount",
        ["kernel_wait4"] = "wait4",
    }.ToFrozenDictionary();
}
