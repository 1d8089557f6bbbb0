// SPDX-License-Identifier: Apache-2.0
using Xunit;

// Each test uses CPUs, counts what is left on the machine, or both: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
