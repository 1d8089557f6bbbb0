// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Verdicts;

/// <summary>What a mechanism makes of a wait.</summary>
/// <param name="Culprit">The task to blame; null for none.</param>
/// <param name="IsCertain">False where the evidence fits, but does not exclude the next best explanation.</param>
sealed record Finding(Mechanism Mechanism, Tid? Culprit, bool IsCertain, string? Doubt = null);
