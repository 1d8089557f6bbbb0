// SPDX-License-Identifier: Apache-2.0
// The floor: nothing that reads a whole recording can be cheaper than looking at each of its words once.
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct stat st;
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;

	if (fd < 0 || fstat(fd, &st) || st.st_size == 0) {
		fprintf(stderr, "usage: touch FILE (one that is not empty)\n");
		return 2;
	}
	const char *bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	uint64_t sum = 0, word;
	for (off_t at = 0; at + (off_t)sizeof(word) <= st.st_size; at += sizeof(word)) {
		memcpy(&word, bytes + at, sizeof(word));
		sum += word;
	}
	printf("%" PRIx64 "\n", sum);
	return 0;
}
