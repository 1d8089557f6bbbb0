/* SPDX-License-Identifier: Apache-2.0 */
/* A fixed amount of work, in two threads on two CPUs; prints how many milliseconds it took. What slows it took CPU time from it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long rounds;

static void *work(void *argument)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET((int)(intptr_t)argument, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    volatile uint64_t state = 88172645463325252ull;
    for (long i = 0; i < rounds; i++) {
        uint64_t x = state;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        state = x;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    rounds = argc > 1 ? atol(argv[1]) : 200000000;
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    pthread_t threads[2];
    for (intptr_t cpu = 0; cpu < 2; cpu++) pthread_create(&threads[cpu], NULL, work, (void *)cpu);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.3f\n", (end.tv_sec - begin.tv_sec) * 1e3 + (end.tv_nsec - begin.tv_nsec) / 1e6);
    return 0;
}
