// SPDX-License-Identifier: Apache-2.0
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.SymbolTables;

public class SyscallFramesTests
{
    [Theory]
    [InlineData("__x64_sys_read", "read")]
    [InlineData("__x64_sys_setgroups", "setgroups")]
    [InlineData("__do_sys_setgroups", "setgroups")]
    [InlineData("__se_sys_bpf.isra.0", "bpf")]
    [InlineData("__arm64_sys_openat", "openat")]
    [InlineData("__ia32_sys_getuid16", "getuid")]
    [InlineData("__ia32_compat_sys_futex_time32", "futex")]
    [InlineData("__x64_sys_newfstat", "fstat")]
    [InlineData("__x64_sys_newfstatat", "newfstatat")]
    [InlineData("__x64_sys_umount", "umount2")]
    [InlineData("__x64_sys_brand_new_call", "brand_new_call")]
    [InlineData("ksys_read", "read")]
    [InlineData("ksys_mmap_pgoff", "mmap")]
    [InlineData("sys_read", "read")]
    [InlineData("SyS_epoll_wait", "epoll_wait")]
    [InlineData("ksys_dup3", null)]
    [InlineData("sys_fillrect", null)]
    [InlineData("__x64_sys_ni_syscall", null)]
    [InlineData("__x64_sys_", null)]
    [InlineData("do_sys_openat2", null)]
    [InlineData("vfs_read", null)]
    [InlineData("", null)]
    public void A_function_that_is_the_body_of_a_system_call_gives_its_name(string function, string? expected) =>
        Assert.Equal(expected, SyscallFrames.NameOf(function));

    [Theory]
    [InlineData("main;entry_SYSCALL_64_after_hwframe;do_syscall_64;ksys_read;vfs_read", "read")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;x64_sys_call;__x64_sys_bpf;__sys_bpf", "bpf")]
    [InlineData("entry_SYSCALL_64_after_swapgs;do_syscall_64;sys_read;vfs_read;seq_read;memcg_stat_show", "read")]
    [InlineData("el0t_64_sync;el0t_64_sync_handler;el0_svc;do_el0_svc;el0_svc_common.constprop.0;invoke_syscall;__arm64_sys_write;ksys_write", "write")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;__do_sys_setgroups;sort;sort_r;gid_cmp", "setgroups")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;__sys_sendto;sock_sendmsg", "sendto")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;do_writev;vfs_writev", "writev")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;vfs_read;seq_read_iter", null)]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;do_sys_openat2;do_filp_open", null)]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;syscall_exit_to_user_mode;task_work_run;__fput", null)]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;a;b;c;d;ksys_read", null)]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;?;ksys_read", null)]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64", null)]
    [InlineData("ret_from_fork;kthread;ksys_read", null)]
    [InlineData("asm_exc_page_fault;exc_page_fault;handle_mm_fault", null)]
    [InlineData("", null)]
    public void The_call_is_named_by_the_frame_after_the_entry_where_that_leaves_no_choice(string chain, string? expected) =>
        Assert.Equal(expected, SyscallFrames.Find(Split(chain)));

    [Theory]
    [InlineData("entry_SYSCALL_64_after_swapgs;do_syscall_64;sys_read;vfs_read;seq_read;memcg_stat_show;mem_cgroup_iter", "memcg_stat_show")]
    [InlineData("app;entry_SYSCALL_64_after_hwframe;do_syscall_64;x64_sys_call;__x64_sys_setsockopt;__sys_setsockopt;nf_setsockopt", "nf_setsockopt")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;ksys_read;vfs_read;proc_reg_read_iter;seq_read_iter;slab_show", "slab_show")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;__do_sys_setgroups", "__do_sys_setgroups")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64;__do_sys_setgroups;asm_sysvec_call_function_single;irq_exit_rcu", "__do_sys_setgroups")]
    [InlineData("entry_SYSCALL_64_after_hwframe;do_syscall_64", "do_syscall_64")]
    [InlineData("ret_from_fork;kthread;worker_thread", null)]
    public void The_function_below_the_wrappers_is_what_does_the_work(string chain, string? expected)
    {
        var functions = Split(chain);
        int i = SyscallFrames.FirstBelow(functions);

        Assert.Equal(expected, i < 0 ? null : functions[i]);
    }

    [Theory]
    [InlineData(SyscallTable.X64, 0, "read")]
    [InlineData(SyscallTable.X64, 116, "setgroups")]
    [InlineData(SyscallTable.X64, 257, "openat")]
    [InlineData(SyscallTable.X64, 334, "rseq")]
    [InlineData(SyscallTable.X64, 336, "uprobe")]
    [InlineData(SyscallTable.X64, 337, null)]
    [InlineData(SyscallTable.X64, 424, "pidfd_send_signal")]
    [InlineData(SyscallTable.X64, 469, "file_setattr")]
    [InlineData(SyscallTable.X64, 470, null)]
    [InlineData(SyscallTable.X64, -1, null)]
    [InlineData(SyscallTable.Arm64, 63, "read")]
    [InlineData(SyscallTable.Arm64, 159, "setgroups")]
    [InlineData(SyscallTable.Arm64, 222, "mmap")]
    [InlineData(SyscallTable.Arm64, 244, null)]
    [InlineData(SyscallTable.Arm64, 260, "wait4")]
    [InlineData(SyscallTable.Arm64, 293, "rseq")]
    [InlineData(SyscallTable.Arm64, 462, "mseal")]
    public void A_number_has_the_name_that_its_machine_gives_it(SyscallTable table, int number, string? expected) =>
        Assert.Equal(expected, SyscallNames.Find(table, number));

    [Fact]
    public void A_machine_is_known_as_uname_and_as_others_call_it()
    {
        Assert.Equal("read", SyscallNames.Find("x86_64", 0));
        Assert.Equal("io_setup", SyscallNames.Find("aarch64", 0));
        Assert.Null(SyscallNames.Find("s390x", 0));
        Assert.Null(SyscallNames.Find(null, 0));
    }

    static string?[] Split(string chain) => [.. chain.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(f => f == "?" ? null : f)];
}
