using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Held against Arm's estimator Vela 3.10, which is no silicon either.</summary>
public sealed class EthosEstimateTests
{
    [Test]
    public void NPU_cycles_and_SRAM_come_near_those_of_Vela()
    {
        List<double> cycleErrors = [], memoryErrors = [], ethosU55Errors = [];
        foreach (IReadOnlyDictionary<string, string> row in GoldenFolder.Rows("timing/vela-3.10.csv"))
        {
            Plan plan = Network(row);
            PlanCost cost = Cost(row);
            double cycles = cost.ComputeCycles, expected = double.Parse(row["npu_cycles"]);
            double sram = MemoryPlanner.Lay(plan, 16).ArenaBytes / 1024.0, expectedSram = double.Parse(row["sram_KiB"]);
            cycleErrors.Add(Math.Abs((cycles / expected) - 1));
            if (row["accel"].StartsWith("ethos-u55", StringComparison.Ordinal))
                ethosU55Errors.Add(cycleErrors[^1]);
            memoryErrors.Add(Math.Abs((sram / expectedSram) - 1));
            TestContext.Out.WriteLine(
                $"{row["model"],-22} {row["accel"],-14} {row["optimise"],-11} "
                + $"cycles {cycles,9:N0} of {expected,9:N0} {(cycles / expected) - 1,7:+0.0%;−0.0%}   "
                + $"SRAM {sram,6:F2} KiB of {expectedSram,6:F2} {(sram / expectedSram) - 1,7:+0.0%;−0.0%}");
        }

        cycleErrors.Sort();
        memoryErrors.Sort();
        TestContext.Out.WriteLine(
            $"cycles: median {cycleErrors[18]:P1}, worst {cycleErrors[^1]:P1}; "
            + $"SRAM: median {memoryErrors[18]:P1}, worst {memoryErrors[^1]:P1}");
        Assert.That(cycleErrors[18], Is.LessThanOrEqualTo(0.15));
        // ResNet-8 on two cores (U65-512) is estimated at half of Vela's cycles
        Assert.That(ethosU55Errors.Max(), Is.LessThanOrEqualTo(0.30));
        Assert.That(cycleErrors[^1], Is.LessThanOrEqualTo(0.55));
        Assert.That(memoryErrors[18], Is.LessThanOrEqualTo(0.10));
    }

    /// <summary>What we say of a row of Vela's.</summary>
    internal static PlanCost Cost(IReadOnlyDictionary<string, string> row) =>
        CostModel.Price(Network(row), ProfileOf(row["accel"]));

    private static Plan Network(IReadOnlyDictionary<string, string> row) =>
        BenchmarkInference.Of(row["model"] switch { "ad01_int8" => "ad", "kws_ref_model" => "kws", _ => "ic" });

    // Micro-blocks: Vela, architecture_features.py; the element-wise unit grows with the array.
    private static HardwareProfile ProfileOf(string accelerator) => accelerator switch
    {
        "ethos-u55-32" => Scaled(new(32, 1, 1, 4, 8), 0.25),
        "ethos-u55-64" => Scaled(new(64, 1, 1, 8, 8), 0.5),
        _ => ShippedProfiles.Find(accelerator),
    };

    private static HardwareProfile Scaled(MacArray engine, double factor)
    {
        HardwareProfile profile = ShippedProfiles.Find("ethos-u55-128");
        VectorUnit v = profile.Vector;
        v = v with { Elementwise = v.Elementwise * factor, Pool = v.Pool * factor, Softmax = v.Softmax * factor };
        return profile with { Engine = engine, Vector = v };
    }
}
