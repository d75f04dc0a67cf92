using System.Collections.Immutable;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests;

/// <summary>The sample study, interrupted: one run diverged with all seeds, one with the last of three, one has a
/// defect.</summary>
internal static class FaultySample
{
    public static StudyResult Study()
    {
        StudyResult study = SampleStudy.Build();
        ImmutableArray<RunFault> diverged =
            [.. study.Workload.Seeds.Select(s => new RunFault(s, FaultKind.Diverged, 12, "the loss is no finite number"))];
        return study with
        {
            IsComplete = false,
            Host = study.Host with
            {
                Files =
                ImmutableSortedDictionary<string, string>.Empty.Add("report.md", new string('0', 64))
            },
            Runs =
            [
                study.Runs[0] with { Accuracy = null, Seeds = [], Faults = diverged },
                study.Runs[1] with { Accuracy = First(study.Runs[1].Accuracy!, 2), Seeds = [1, 2],
                    Faults = [diverged[2] with { Step = 7 }] },
                study.Runs[2] with { Accuracy = null, Numerics = null, Seeds = [],
                    Faults = [.. study.Workload.Seeds.Select(s =>
                        new RunFault(s, FaultKind.Failed, null, "InvalidOperationException: a defect"))] },
                .. study.Runs[3..],
            ],
        };
    }

    private static AccuracyResult First(AccuracyResult accuracy, int seeds) =>
        accuracy with
        {
            ZeroShot = accuracy.ZeroShot[..seeds],
            Final = accuracy.Final[..seeds],
            Loss = accuracy.Loss[..seeds],
            Curve = accuracy.Curve[..seeds],
        };
}
