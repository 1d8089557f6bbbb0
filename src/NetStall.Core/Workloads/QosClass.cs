// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Workloads;

/// <summary>Kubernetes' quality-of-service class of a pod. Unknown is <c>QosClass?</c> without a value.</summary>
public enum QosClass
{
    Guaranteed,
    Burstable,
    BestEffort,
}
