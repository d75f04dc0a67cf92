using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

public sealed class MeasuredMicrocontrollerTests
{
    [Test]
    public void MLPerf_Tiny_results_of_the_profiles_software_are_met_within_25_percent(
        [Values("cortex-m4", "cortex-m7", "cortex-m33", "cortex-m0plus")] string profileName,
            [Values("ad", "kws", "ic", "vww")] string task)
    {
        double measured = Measured(profileName, task), cycles = Ours(profileName, task);
        TestContext.Out.WriteLine(
            $"{profileName} {task}: {cycles:N0} cycles, measured {measured:N0}, {(cycles / measured) - 1:+0.0%;−0.0%}");
        Assert.That(cycles / measured, Is.InRange(0.75, 1.25));
    }

    internal static double Ours(string profileName, string task) =>
        CostModel.Price(BenchmarkInference.Of(task), ShippedProfiles.Find(profileName)).Cycles;

    internal static double Measured(string profileName, string task)
    {
        HardwareProfile profile = ShippedProfiles.Find(profileName);
        string system = profileName switch
        {
            "cortex-m4" => "NUCLEO_L4R5ZI",
            "cortex-m7" => "NUCLEO_H7A3ZI_Q",
            "cortex-m33" => "NUCLEO_U575ZI_Q",
            _ => "NUCLEO_G0B1RE_int8",
        };
        string software = ((Microcontroller)profile.Engine).Software.Split(' ')[0];
        return GoldenFolder.Rows("timing/mlperf-tiny-measured.csv")
            .Where(r => r["system"] == system && r["task"] == task && r["mode"] == "performance")
            .Where(r => r["round"] == "v1.2" && r["framework"].Contains(software, StringComparison.Ordinal))
            .Select(r => double.Parse(r["derived_cpu_cycles_per_inf"])).Single();
    }
}
