// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>How strongly a cause claims a stack: by how well its pattern fits, and where two fit as well, by the task's name.</summary>
readonly record struct CauseRank(bool Found, PatternFit Fit, bool CommFits) : IComparable<CauseRank>
{
    public int CompareTo(CauseRank other)
    {
        int order = PatternFit.Compare(Fit, other.Fit);
        return order != 0 ? order : CommFits.CompareTo(other.CommFits);
    }
}
