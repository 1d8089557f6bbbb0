# SPDX-License-Identifier: Apache-2.0
# Every target works in a fresh clone: what is missing is restored or installed, or the target says what to install.
SHELL := /bin/bash
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1

program := out/bin/NetStall.Cli/release/netstall

.PHONY: help build demo test kernel-test vm-test accept fuzz format lock dist bench bench-overhead clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build everything for development, warnings are errors
	@dotnet restore NetStall.slnx --locked-mode -v q
	@dotnet build NetStall.slnx --no-restore -v q

# As root a real stall on this kernel: GitHub's own where memory cgroups allow, else one that any kernel with BPF can make. Else, and where neither
# can be made, the recording that we ship. Exit code 1 of analyze says "stalls found", and that recording has some.
demo: ## make GitHub's stall on this machine and find out who did it (root); else tell of a recorded one
	@mkdir -p out
	@dotnet restore src/NetStall.Cli --locked-mode -v q
	@dotnet build src/NetStall.Cli --no-restore -c Release -v q >out/demo.log 2>&1 || { cat out/demo.log >&2; exit 1; }
	@if [ "$$(id -u)" -eq 0 ]; then \
	  for kind in memory-stat bottom-halves-off; do \
	    status=0; $(program) lab $$kind || status=$$?; [ $$status -eq 3 ] || exit $$status; \
	  done; \
	  echo "This machine can make no stall for a demo; here is a recorded one."; \
	fi; \
	status=0; $(program) analyze samples/gate-6.1/tp.data || status=$$?; \
	if [ $$status -ne 1 ]; then echo "netstall ended with $$status where 1, stalls found, was to come" >&2; exit 1; fi

test: ## format, build, all tests that need no root, in two cultures
	@scripts/test.sh

kernel-test: ## what only root and a kernel can tell, and `netstall lab --all` on this one (root, two CPUs)
	@scripts/kernel-test.sh

vm-test: ## the lab on another kernel, emulated: KERNEL=6.1, 6.12 or the path of a vmlinuz; RUN='a command' in place of the lab
	@scripts/vm-test.sh '$(KERNEL)' '$(RUN)'

accept: build ## take what netstall now prints as right (tests/NetStall.Tests/Golden); git diff is the review
	@NETSTALL_ACCEPT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 out/bin/NetStall.Tests/debug/NetStall.Tests -class '*.GoldenTests' -noColor -noLogo
	@git status --short tests/NetStall.Tests/Golden

fuzz: ## damaged copies of real files through every parser: RUNS=100000 of each, from SEED=1
	@dotnet restore fuzz --locked-mode -v q
	@dotnet build fuzz --no-restore -c Release -v q
	@out/bin/NetStall.Fuzz/release/NetStall.Fuzz --target all --runs $(or $(RUNS),100000) --seed $(or $(SEED),1)

format: ## put the layout of the C# right
	@dotnet restore NetStall.slnx --locked-mode -v q
	@dotnet format whitespace NetStall.slnx --no-restore

lock: ## write the lock files anew, after a change of packages
	@dotnet restore NetStall.slnx --force-evaluate -v q

dist: ## what we ship, checked, in dist/: a tarball for nodes, a package for `dotnet tool install`
	@scripts/dist.sh
	@scripts/check-dist.sh

bench: ## our cost beside perf's on recordings made here (root); results in out/bench/results.md
	@bench/run.sh

bench-overhead: ## what recording costs this node beside perf record (root); results in out/bench/overhead/results.md
	@bench/overhead.sh

clean: ## remove all that was built
	rm -rf out dist
