// SPDX-License-Identifier: Apache-2.0
// cost COMMAND…: runs it with its output thrown away and says what it took, on one line:
//
//	CPU-microseconds WALL-microseconds PEAK-RSS-kB EXIT-CODE
//
// time(1) counts hundredths of a second, too coarse for the floor. And a child keeps its parent's peak memory across exec,
// so whoever starts it has to be small.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long us(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: cost COMMAND...\n");
		return 2;
	}
	long long begin = now_us();
	pid_t child = fork();

	if (child == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	int status;
	struct rusage used;
	if (child < 0 || wait4(child, &status, 0, &used) != child) {
		perror(argv[1]);
		return 2;
	}
	printf("%lld %lld %ld %d\n", us(used.ru_utime) + us(used.ru_stime), now_us() - begin, used.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
