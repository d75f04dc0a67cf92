using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Plans;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Cli.Plans;

/// <summary>One layer on its own, as the command line gives it.</summary>
/// <param name="Name">As "gemm 64x64x64".</param>
/// <param name="Op">The operation.</param>
/// <param name="Input">Streamed operand.</param>
/// <param name="Weights">Weights.</param>
internal sealed record SingleLayer(string Name, Op Op, Shape Input, Shape Weights)
{
    private const long MostElements = 1L << 50; // of any operand: bytes and MACs of every piece stay within 64 bits

    /// <summary>Reads "MxNxK": M rows, N columns, reduction length K.</summary>
    public static SingleLayer Gemm(string text)
    {
        int[] size = Numbers("--gemm", text, text, 3, "MxNxK");
        return Checked($"gemm {text}", new Linear(), () => [size[0], size[2]], () => [size[1], size[2]], "--gemm", text);
    }

    /// <summary>Reads "HxWxC,FHxFWxN,stride[,pad]": image, filters, stride, zeros on every side (0).</summary>
    public static SingleLayer Convolution(string text)
    {
        const string Form = "HxWxC,FHxFWxN,stride[,pad]";
        string[] parts = text.Split(',');
        if (parts.Length is < 3 or > 4)
            throw Fault("--conv", text, Form);
        int[] image = Numbers("--conv", text, parts[0], 3, Form), filters = Numbers("--conv", text, parts[1], 3, Form);
        int stride = Numbers("--conv", text, parts[2], 1, Form)[0];
        int pad = parts.Length == 3 || parts[3] == "0" ? 0 : Numbers("--conv", text, parts[3], 1, Form)[0];
        if (pad > 1 << 20 || image.Max() > 1 << 30)
        {
            throw new InputException(
                $"--conv {text}: accepted are images of at most {1 << 30} rows and columns and padding of at most {1 << 20}.");
        }

        return Checked(
            $"conv {text}", new Conv2d(stride, Padding.Even(pad)), () => [1, image[0], image[1], image[2]],
            () => [filters[2], filters[0], filters[1], image[2]], "--conv", text);
    }

    /// <summary>The layer alone, in the formats the engine takes best, weights lying where frozen weights lie.</summary>
    /// <param name="profile">The accelerator.</param>
    /// <param name="operands">Where operands and result lie; null: off-chip where there is such memory, else in the
    /// scratchpad.</param>
    /// <exception cref="InputException">They are to lie off-chip and there is no such memory.</exception>
    public PlannedRun Run(HardwareProfile profile, OperandPlace? operands)
    {
        OperandPlace place = operands ?? (profile.Memory.Dram is null ? OperandPlace.Resident : OperandPlace.OffChip);
        string where = place == OperandPlace.OffChip ? "operands off-chip" : "operands resident in the scratchpad";
        if (operands is null && place == OperandPlace.Resident)
            where += " (no off-chip memory)";
        OperandPair pair = profile.Formats[0];
        string format = $"{pair.Weights.Bits()}w{pair.Activations.Bits()}a";
        PlanReading reading = PlanReading.Of(Step.Of(profile, Plan(pair)), profile, place);
        return new("layer", format, null, reading, null) { Operands = where, Place = place };
    }

    private Plan Plan(OperandPair pair)
    {
        Shape result = Op.Infer([Input, Weights]);
        ImmutableArray<PlanTensor> tensors =
        [
            new(0, "input", Input, pair.Activations, TensorRole.Input),
            new(1, "weights", Weights, pair.Weights, TensorRole.FrozenWeight),
            new(2, "result", result, pair.Activations, TensorRole.Activation),
        ];
        return new Plan(Name, 1, tensors, [new(0, Name, Op, [0, 1], 2, Phase.Forward, Unit.Engine)]);
    }

    private static SingleLayer Checked(string name, Op op, Func<Shape> input, Func<Shape> weights, string option, string text)
    {
        try
        {
            SingleLayer layer = new(name, op, input(), weights());
            Shape result = op.Infer([layer.Input, layer.Weights]);
            if (Math.Max(Math.Max(layer.Input.Count, layer.Weights.Count), result.Count) <= MostElements)
                return layer;
        }
        catch (ArgumentException)
        {
            // falls through: more elements than 64 bits count
        }

        throw new InputException($"{option} {text}: accepted are operands of at most {MostElements} elements.");
    }

    private static int[] Numbers(string option, string whole, string text, int count, string form)
    {
        string[] parts = text.Split('x');
        int[] numbers = new int[count];
        if (parts.Length != count)
            throw Fault(option, whole, form);
        for (int i = 0; i < count; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < 1)
                throw Fault(option, whole, form);
        }

        return numbers;
    }

    private static InputException Fault(string option, string text, string form)
    {
        string padding = form.Contains("pad", StringComparison.Ordinal) ? ", padding from 0" : "";
        return new($"{option} {text}: accepted is {form} with whole numbers from 1 to {int.MaxValue}{padding}.");
    }
}
