using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>Rules between the parts of a profile.</summary>
internal static class ProfileRules
{
    private const int PartialSumBytes = 4;

    private const string FixedPoint = "accepted is one of int4, int8, int16: the engine is fixed-point";

    public static IEnumerable<Problem> Problems(HardwareProfile profile)
    {
        if (!ItemName.IsValid(profile.Name))
            yield return new Problem("name", ItemName.Accepted);

        if (string.IsNullOrWhiteSpace(profile.Description) || profile.Description.Any(char.IsControl))
            yield return new Problem("description", "accepted is one line of text");
        if (profile.Numerics.FloatLoss && profile.Host is null)
            yield return new Problem("numerics.float-loss", "a loss in float32 needs a host; accepted is false, or give a host");
        if (profile.Vector.Generator is { Kind: RandomGeneratorKind.LinearFeedback } && !profile.Numerics.LinearFeedback)
            yield return new Problem("vector.generator.kind",
                "found lfsr; accepted is another, or numerics.linear-feedback: true");
        if (profile.Vector.Generator is { Kind: RandomGeneratorKind.Philox } && profile.Numerics.LinearFeedback)
            yield return new Problem("vector.generator.kind",
                "found philox; accepted is another, or numerics.linear-feedback: false");
        if (profile is { Cores: not null, Engine: SystolicArray array })
        {
            if (array.Overheads?.Commands?.By == CommandIssuer.Sequencer)
                yield return new Problem("cores", "a sequencer drives one array; accepted is null");
            else if (profile.Memory.Accumulators is not null)
                yield return new Problem("cores", "sums in a buffer beside are counted for one array; accepted is null, or "
                    + "memory.accumulators: null");
        }

        foreach (Problem problem in Accumulators(profile).Concat(Formats(profile)))
            yield return problem;
    }

    private static IEnumerable<Problem> Accumulators(HardwareProfile profile)
    {
        if (profile.Memory.Accumulators is not { } buffer)
            yield break;
        (long sums, string what) = profile.Engine.LeastSums;
        if (buffer.SizeBytes < sums * PartialSumBytes)
        {
            yield return new Problem("memory.accumulators.size",
                $"found {buffer.SizeBytes} B; accepted is at least {sums * PartialSumBytes} B, {what} of 32-bit sums");
        }
    }

    private static IEnumerable<Problem> Formats(HardwareProfile profile)
    {
        if (profile.Formats.IsEmpty)
            yield return new Problem("formats", "the list is empty; accepted is at least one pair of formats");
        var seen = new HashSet<(NumberFormat, NumberFormat)>();
        for (int i = 0; i < profile.Formats.Length; i++)
        {
            OperandPair pair = profile.Formats[i];
            if (!IsNarrowInteger(pair.Weights))
                yield return new Problem($"formats[{i}].weights", FixedPoint);
            if (!IsNarrowInteger(pair.Activations))
                yield return new Problem($"formats[{i}].activations", FixedPoint);
            if (!seen.Add((pair.Weights, pair.Activations)))
                yield return new Problem($"formats[{i}]", "this pair stands in the list already; once is accepted");

            int product = pair.Weights.Bits() + pair.Activations.Bits();
            (int accumulator, Overflow overflow) = (profile.Numerics.Accumulator.Bits, profile.Numerics.Accumulator.Overflow);
            if (overflow == Overflow.Wrap && IsNarrowInteger(pair.Weights) && IsNarrowInteger(pair.Activations)
                && accumulator < product) // what saturates clamps the product; the low bits of one mean nothing
            {
                string operands = $"{pair.Weights.Bits()} × {pair.Activations.Bits()} bits";
                yield return new Problem("numerics.accumulator.bits", $"found {accumulator}; accepted is at least {product}, "
                    + $"one product of formats[{i}] ({operands}), or leave that pair out, or an overflow that saturates");
            }
        }
    }

    private static bool IsNarrowInteger(NumberFormat format) =>
        format is NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16;
}
