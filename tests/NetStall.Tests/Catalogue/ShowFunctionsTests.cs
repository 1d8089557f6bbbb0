// SPDX-License-Identifier: Apache-2.0
using NetStall.Catalogue;
using Xunit;

namespace NetStall.Tests.Catalogue;

public class ShowFunctionsTests
{
    const string Read = "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_read;ksys_read;vfs_read;";

    [Theory]
    [InlineData("seq_read_iter;memory_stat_show;memcg1_stat_format;css_rstat_flush;_raw_spin_unlock_irq", "memory.stat")]
    [InlineData("kernfs_fop_read_iter;seq_read_iter;kernfs_seq_show;cgroup_seqfile_show;memory_numa_stat_show", "memory.numa_stat")]
    [InlineData("seq_read;memcg_stat_show;mem_cgroup_iter", "memory.stat")]
    [InlineData("seq_read;seq_read_iter;slab_show;get_slabinfo;count_partial_free_approx", "/proc/slabinfo")]
    [InlineData("seq_read;s_show;get_slabinfo", "/proc/slabinfo")]
    [InlineData("proc_reg_read_iter;seq_read_iter;zoneinfo_show;_raw_spin_unlock_irqrestore", "/proc/zoneinfo")]
    [InlineData("proc_reg_read;seq_read;seq_read_iter;ct_get_next", "/proc/net/nf_conntrack")]
    [InlineData("proc_reg_read;seq_read;seq_read_iter;tcp_seq_start;tcp_get_idx;established_get_first", "/proc/net/tcp or /proc/net/tcp6")]
    [InlineData("proc_reg_read_iter;seq_read_iter;show_stat.cold;kstat_irqs_usr", "/proc/stat")]
    [InlineData("proc_reg_read_iter;seq_read_iter;vmalloc_info_show", "/proc/vmallocinfo")]
    [InlineData("seq_read;seq_read_iter;proc_single_show;proc_pid_status;task_mem", "/proc/PID/status")]
    [InlineData("seq_read;seq_read_iter;show_smaps_rollup;walk_page_vma;smaps_pte_range", "/proc/PID/smaps_rollup")]
    [InlineData("seq_read;seq_read_iter;seq_show;inotify_show_fdinfo;show_mark_fhandle", "/proc/PID/fdinfo/FD")]
    [InlineData("pagemap_read;walk_page_range", "/proc/PID/pagemap")]
    public void The_show_function_tells_the_file(string frames, string expected) =>
        Assert.Equal(expected, ShowFunctions.FileOf((Read + frames).Split(';'))?.Path);

    [Theory]
    [InlineData("seq_read_iter;flow_table_show;walk", "flow_table_show")]
    [InlineData("kernfs_fop_read_iter;seq_read_iter;kernfs_seq_show;sysfs_kf_seq_show;dev_attr_show;speed_show;ethtool_get", "speed_show")]
    [InlineData("seq_read;s_show;seq_printf", "s_show")]
    [InlineData("seq_read_iter;c_show", "c_show")]
    public void A_function_that_we_do_not_know_for_sure_is_called_by_its_name(string frames, string function)
    {
        var file = ShowFunctions.FileOf((Read + frames).Split(';'));
        Assert.Equal(new ShownFile(function, null), file);
        Assert.Equal($"the file whose show function is {function}", file!.Value.Description);
    }

    [Theory]
    [InlineData("do_syscall_64;ksys_read;vfs_read;ext4_file_read_iter;filemap_read")]
    [InlineData("do_syscall_64;ksys_read;vfs_read;seq_read_iter;kernfs_seq_show;sysfs_kf_seq_show;dev_attr_show")]
    [InlineData("do_syscall_64;ksys_write;vfs_write;slab_show")]
    [InlineData("slab_show;vfs_read")]
    [InlineData("do_syscall_64;ksys_read;vfs_read;asm_sysvec_apic_timer_interrupt;seq_read_iter;slab_show")]
    public void Without_a_read_and_a_show_function_there_is_no_file(string stack) => Assert.Null(ShowFunctions.FileOf(stack.Split(';')));

    [Fact]
    public void A_read_without_an_entry_of_its_own_is_explained_by_its_file()
    {
        var cause = KnownCauses.Match((Read + "proc_reg_read_iter;seq_read_iter;zoneinfo_show").Split(';'), "interrupts-off", "node_exporter");
        Assert.Equal(ShowFunctions.GenericId, cause?.Id);
        Assert.Equal("A read() of /proc/zoneinfo is expensive", cause?.Title);
        Assert.Contains("`time cat /proc/zoneinfo > /dev/null`", cause?.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_file_is_explained_too()
    {
        var cause = KnownCauses.Match((Read + "seq_read_iter;flow_table_show").Split(';'), "syscall-blocks-ksoftirqd", null);
        Assert.Equal("A read() of the file whose show function is flow_table_show is expensive", cause?.Title);
    }

    [Theory]
    [InlineData("softirq-hog")]
    [InlineData("ksoftirqd-outcompeted")]
    [InlineData("unknown")]
    public void A_read_does_not_explain_what_no_task_did(string mechanism) =>
        Assert.Null(KnownCauses.Match((Read + "seq_read_iter;zoneinfo_show").Split(';'), mechanism, null));

    [Fact]
    public void Flushed_cgroup_statistics_with_interrupts_on_are_a_read_of_memory_stat()
    {
        string[] stack = (Read + "seq_read_iter;memory_stat_show;memcg1_stat_format;css_rstat_flush;_raw_spin_unlock_irq").Split(';');
        Assert.Equal("C02", KnownCauses.Match(stack, "interrupts-off", null)?.Id);
        Assert.Equal("A read() of memory.stat is expensive", KnownCauses.Match(stack, "syscall-blocks-ksoftirqd", null)?.Title);
    }

    [Fact]
    public void Names_that_several_files_share_are_not_in_the_table()
    {
        Assert.DoesNotContain(ShownFiles.Functions, function => function is "s_show" or "c_show" or "m_show" or "r_show" or "t_show" or "seq_show" or "m_start");
        Assert.All(ShownFiles.Functions, function => Assert.Matches("^[a-z0-9_]+$", function));
        Assert.All(ShownFiles.Functions, function => Assert.Matches(@"^(/proc/|/sys/|[a-z]+\.)[A-Za-z0-9_./ -]+$", ShownFiles.PathOf(function)));
    }
}
