// SPDX-License-Identifier: Apache-2.0
using NetStall.Cli.Commands;
using NetStall.Cli.Input;
using NetStall.Linux.Lab;
using NetStall.Verdicts;

namespace NetStall.Cli.Lab;

/// <summary>Runs one experiment and has its recording judged by the very code of `netstall analyze`.</summary>
static class LabJudge
{
    /// <param name="kind">What to make.</param>
    /// <param name="steering">By what the packets are received.</param>
    /// <param name="plan">Where, how often, how long.</param>
    /// <param name="recording">Where the recording is to stand; it is left there.</param>
    public static Outcome Of(LabKind kind, Steering steering, LabPlan plan, string recording)
    {
        var experiment = new LabRunner(Environment.ProcessPath!, RecordCommand.Version).Run(kind, steering, plan, recording);
        using var timeline = Timeline.Group([recording])[0];
        NodeSymbols.Attach(timeline, path: null);
        var threshold = LabPlan.ThresholdFor(experiment.Kernel);
        var diagnosis = new Diagnosis(timeline.Recording, DiagnosisOptions.Default with { Threshold = threshold });
        timeline.ReadTo(diagnosis);
        return Scoring.Of(experiment, diagnosis.Conclude(), Tolerance.Here());
    }
}
