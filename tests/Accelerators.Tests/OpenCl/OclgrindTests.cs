using System.Diagnostics;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>
/// Every kernel under oclgrind, an OpenCL device that looks at each access: nothing out of bounds, no data race, and the bits of
/// the processor. A child process, since its library must be the first that OpenCL's loader sees.
/// </summary>
public sealed class OclgrindTests
{
    private const string Library = "/usr/lib/oclgrind/liboclgrind-rt-icd.so";

    [Test]
    public void Kernels_are_clean_and_right_under_oclgrind()
    {
        if (!File.Exists(Library))
        {
            if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_OPENCL") == "1")
                Assert.Fail($"{Library} is not there (Debian: oclgrind), and NPUSIM_REQUIRE_OPENCL=1 asks for it.");
            Assert.Ignore($"{Library} is not there (Debian: oclgrind).");
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("npusim-oclgrind-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "oclgrind.icd"), Library);
            string log = Path.Combine(folder.FullName, "log");
            string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
            ProcessStartInfo start = new(host, [typeof(OclgrindTests).Assembly.Location, "oclgrind"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["OCL_ICD_VENDORS"] = folder.FullName,
                    ["OCLGRIND_LOG"] = log,
                    ["OCLGRIND_DATA_RACES"] = "1",
                    ["OCLGRIND_CHECK_API"] = "1",
                    ["OCLGRIND_NUM_THREADS"] = "2",
                },
            };
            using Process child = Process.Start(start)!;
            Task<string> error = child.StandardError.ReadToEndAsync();
            string output = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.That(child.ExitCode, Is.Zero, error.Result);
            Assert.That(output, Does.StartWith("Oclgrind Simulator").And.EndWith("done\n"));
            Assert.That(File.ReadAllText(log), Is.Empty);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What the child does: each kernel once in the form for processors and once in that for GPUs, on small
    /// shapes.</summary>
    internal static void RunKernels()
    {
        Console.WriteLine(OpenDevice.Context.Device.Name);
        NumericPolicy saturating = new(new AccumulatorPolicy(20, Overflow.Saturate, 4, 16, 32), Rounding.HalfAway,
            Requantization.Double);
        NumericPolicy stochastic = new(new AccumulatorPolicy(32, Overflow.Wrap), Rounding.Stochastic, LinearFeedback: true);
        foreach ((TileShape Tiles, bool IsSequential) form in new[] { (new TileShape(2, 1, 4), true),
            (new TileShape(2, 2, 1, 2, 2, 3), false) })
        {
            Bench.Form = form;
            foreach (NumericPolicy policy in new[] { saturating, stochastic })
            {
                using Bench bench = new(policy);
                ProductTests.Check(bench, policy, 5, 9, 11, NumberFormat.Int8, NumberFormat.Int8, extreme: false, scale: 1);
                ProductTests.Check(bench, policy, 3, 5, 12, NumberFormat.Int8, NumberFormat.Int16, extreme: true, scale: 1,
                    new ChannelPart(2, 8));
            }

            LayerTests layers = new();
            layers.Convolutions_give_the_bits_and_counts_of_the_processor(saturating, 2, NumberFormat.Int8);
            layers.Convolutions_give_the_bits_and_counts_of_the_processor(saturating, 8, NumberFormat.Int8);
            layers.Channels_that_are_part_of_a_tensor_have_the_noise_of_the_whole_and_leave_the_rest(Rounding.Stochastic, 2);
            layers.Products_of_activations_give_the_bits_and_counts_of_the_processor(false, NumberFormat.Int8);
            layers.Sums_and_products_of_elements_give_the_bits_and_counts_of_the_processor(stochastic, NumberFormat.Int16,
                NumberFormat.Int8);
            layers.Requantised_tensors_are_those_of_the_processor(saturating);
            layers.Tables_relu_and_reorderings_give_the_bits_of_the_processor();
            layers.Softmax_gives_the_bits_of_the_processor(0.05, 10, false);
            layers.Layer_normalisation_gives_the_bits_and_counts_of_the_processor(saturating, NumberFormat.Int8,
                NumberFormat.Int16);
            layers.Losses_are_those_of_the_processor(NumberFormat.Int16, 0.07, 10);
            layers.Pooling_gives_the_bits_of_the_processor(NumberFormat.Int8);
            layers.Rows_that_are_part_of_a_tensor_have_the_noise_of_the_whole_and_leave_the_rest(stochastic);
            DirectionTests directions = new() { Length = 43 };
            directions.Perturbed_weights_are_those_of_the_processor(stochastic, exactOne: false);
            directions.Weights_at_a_neighbour_are_those_of_the_processor(saturating);
            directions.A_part_of_perturbed_weights_is_that_of_the_whole(Rounding.Stochastic, DirectionTests.Kind.StoredWithMask);
            directions.Updated_weights_are_those_of_the_processor(stochastic, momentum: -1);
            directions.Updated_weights_are_those_of_the_processor(saturating, momentum: 29491);
            directions.Ratios_of_norms_are_those_of_the_processor(stochastic);
            directions.Guided_directions_are_those_of_the_processor(PerturbationDistribution.Normal, true);
        }

        foreach (TileShape quads in new TileShape[] { new(2, 1, 4, Dot: DotProduct.Emulated),
            new(2, 2, 1, 2, 2, 3, DotProduct.Emulated) })
            DotProductTests.Check(saturating, quads, null, [(5, 9, 11), (3, 5, 16)]);
        Console.WriteLine("done");
    }
}
