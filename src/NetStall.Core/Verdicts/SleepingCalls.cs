// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Verdicts;

/// <summary>System calls that wait. They leave the CPU as their work, so a task in one of them was on its way to sleep or back.</summary>
/// <remarks>A CPU that stands still just as its task wakes is the commonest trick of virtual machines: whoever is found in such a call is innocent.</remarks>
static class SleepingCalls
{
    public static bool Contains(string? syscall) => syscall is "nanosleep" or "clock_nanosleep" or "pause" or "poll" or "ppoll" or "select" or "pselect6"
        or "epoll_wait" or "epoll_pwait" or "epoll_pwait2" or "futex" or "futex_wait" or "futex_waitv" or "wait4" or "waitid" or "recvfrom" or "recvmsg"
        or "recvmmsg" or "accept" or "accept4" or "rt_sigtimedwait" or "rt_sigsuspend" or "io_getevents" or "io_pgetevents" or "io_uring_enter"
        or "msgrcv" or "semop" or "semtimedop" or "sched_yield" or "restart_syscall";
}
