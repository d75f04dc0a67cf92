using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Cycles that papers, manuals and threads publish, few rows each, beside ours.</summary>
internal static class PublishedReferences
{
    /// <summary>
    /// pytorch/executorch issue 17651: torchvision's MobileNetV2 of 224×224 in int8 by CMSIS-NN on the high-performance
    /// Cortex-M55 of an Alif E8; its first operators. Four constants of the profile come from the first of each kind.
    /// </summary>
    public static Reference CortexM55
    {
        get
        {
            (double Cycles, bool IsFitted)[] published =
            [
                (13_754_047, true), (13_715_766, true), (4_915_937, false), (24_249_462, true), (10_286_711, false),
                (2_791_555, true), (10_329_014, false), (15_319_785, false),
            ];
            OpCost[] ours = [.. CostModel.Price(BenchmarkInference.Of("mv2"), ShippedProfiles.Find("cortex-m55")).Ops
                .Where(o => o.Macs > 0)];
            return new("ExecuTorch with CMSIS-NN, Cortex-M55, first 8 products of MobileNetV2", "silicon",
                [.. published.Select((p, i) => new ReferenceRow(ours[i].Name, ours[i].Cycles, p.Cycles, p.IsFitted))])
            {
                Profiles = ["cortex-m55"],
            };
        }
    }

    /// <summary>
    /// pytorch/executorch pull request 9830: 5.5 M cycles of the NPU for the same network, weights and all else in SRAM.
    /// </summary>
    public static Reference EthosU55
    {
        get
        {
            HardwareProfile profile = ShippedProfiles.Find("ethos-u55-128");
            MemorySystem memory = profile.Memory with
            {
                Weights = null,
                Scratchpad = profile.Memory.Scratchpad with { SizeBytes = 16 << 20 },
            };
            return new("Corstone-300 model, Ethos-U55-128, MobileNetV2 all in SRAM", "emulator",
                [new("mv2", CostModel.Price(BenchmarkInference.Of("mv2"), profile with { Memory = memory }).Cycles, 5.5e6)])
            {
                Profiles = ["ethos-u55-128"],
            };
        }
    }

    /// <summary>espressif/esp-tflite-micro, README: person detection (MobileNetV1 ¼, 96×96 grey) in 54 ms at 240 MHz.</summary>
    public static Reference Esp32S3
    {
        get
        {
            Graph graph = BatchNormFolding.Fold(ModelCatalog.Find("mobilenetv1-0.25", input: [96, 96, 1]).Build(1));
            return new("ESP-NN, ESP32-S3, person detection", "silicon", [new("person detection",
                CostModel.Price(BenchmarkInference.Of(graph), ShippedProfiles.Find("esp32-s3")).Cycles, 0.054 * 240e6)])
            {
                Profiles = ["esp32-s3"],
            };
        }
    }

    /// <summary>
    /// bbs.sipeed.com/t/topic/691: one convolution 3×3 of 128 by 128 channels, 16-bit weights, on images of several sizes, KPU at
    /// 300 MHz. Images that the KPU's memory does not hold are priced as if it did.
    /// </summary>
    public static Reference K210
    {
        get
        {
            (int Width, int Height, double Milliseconds)[] published =
            [
                (4, 4, 0.339), (16, 4, 0.339), (16, 16, 0.417), (32, 16, 0.692), (32, 32, 1.138), (64, 32, 2.125),
                (64, 64, 3.891), (128, 64, 7.709), (128, 128, 14.778), (256, 256, 57.756),
            ];
            HardwareProfile shipped = ShippedProfiles.Find("k210");
            HardwareProfile profile = shipped with
            {
                Memory = shipped.Memory with
                {
                    Weights = shipped.Memory.Dram,
                    Scratchpad = shipped.Memory.Scratchpad with { SizeBytes = 64 << 20 },
                },
            };
            return new("Sipeed, Kendryte K210, one convolution on ten sizes of image", "silicon",
                [.. published.Select((p, i) => new ReferenceRow(
                    string.Create(CultureInfo.InvariantCulture, $"{p.Width}×{p.Height}"),
                    CostModel.Price(Convolution(p.Height, p.Width, 128, 128), profile).Cycles, p.Milliseconds * 300e3, i == 0))])
            {
                Profiles = ["k210"],
            };
        }
    }

    /// <summary>
    /// arXiv 2305.19167: training steps of one sample in fp16 on eight cores: 3.11 MACs per cycle for ResNet-8, 0.81 for DS-CNN.
    /// Compared are cycles per MAC of the whole step, since the paper's networks are not quite those of the catalog. The cycles
    /// of a MAC of the profile come from ResNet-8.
    /// </summary>
    public static Reference PulpTraining => new("Training step in fp16 on eight RISC-V cores, ResNet-8 and DS-CNN", "silicon",
        [TrainingStep("resnet8", 3.11, true), TrainingStep("ds-cnn", 0.81, false)])
    {
        Profiles = ["pulp-cluster-8"],
    };

    /// <summary>RedMulE: 99.4 % of 48 MACs per cycle on large products of fp16.</summary>
    public static Reference RedMule => new("RedMulE 12×4, large product of fp16", "RTL",
        [new("512³", CostModel.Price(GemmPlan.Create(512, 512, 512, format: NumberFormat.Fp16, unit: Unit.Host),
            ShippedProfiles.Find("pulp-redmule")).ComputeCycles, 512.0 * 512 * 512 / 48 / 0.994)])
    {
        Profiles = ["pulp-redmule"],
    };

    /// <summary>AMD, UG1079: 64³ in int8 by mmul 4×16×8 with unrolled loops in 2,092 cycles.</summary>
    public static Reference AiEngine => new("AMD AI Engine, int8 64³ kernel", "silicon",
        [new("64³", ShippedProfiles.Find("amd-aie").Engine.Cycles(Gemm.Plain(64, 64, 64)), 2092)])
    {
        Profiles = ["amd-aie"],
    };

    /// <summary>Coral, Edge TPU FAQ of 2019: MobileNetV2 in 2.5 ms on the Dev Board, here at 500 MHz.</summary>
    public static Reference EdgeTpu => new("Coral Dev Board, Edge TPU, MobileNetV2", "silicon",
        [new("mv2", CostModel.Price(BenchmarkInference.Of("mv2"), ShippedProfiles.Find("edge-tpu")).Cycles, 0.0025 * 500e6)])
    {
        Profiles = ["edge-tpu"],
    };

    private static ReferenceRow TrainingStep(string network, double macsPerCycle, bool isFitted)
    {
        Graph graph = BatchNormFolding.Fold(ModelCatalog.Find(network).Build(1));
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("bp:fp16"), TuningScheme.Parse("ft").Select(graph));
        PlanCost cost = CostModel.Price(plan, ShippedProfiles.Find("pulp-cluster-8"));
        return new(network, cost.Cycles / cost.Ops.Sum(o => o.Macs), 1 / macsPerCycle, isFitted);
    }

    private static Plan Convolution(int height, int width, int channels, int filters)
    {
        PlanWriter plan = new();
        int x = plan.Tensor([1, height, width, channels], TensorRole.Input),
            w = plan.Tensor([filters, 3, 3, channels], TensorRole.FrozenWeight, NumberFormat.Int16),
            y = plan.Tensor([1, height, width, filters]);
        plan.Op(new Conv2d(1, Padding.Even(1)), y, [x, w], unit: Unit.Engine);
        return plan.Build();
    }
}
