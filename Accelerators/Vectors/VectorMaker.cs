using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Random;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Vectors;

/// <summary>
/// Makes test vectors for an implementation of a profile's arithmetic: random small layers whose outputs are the simulator's.
/// Every fourth vector has operands at the ends of their range only, so that accumulators fill up.
/// </summary>
public sealed partial class VectorMaker
{
    private static readonly string[] Names =
        ["conv2d", "depthwise_conv2d", "fully_connected", "batch_matmul", "add", "mul", "avgpool", "maxpool", "softmax"];

    private readonly HardwareProfile profile;
    private readonly OperandPair formats;
    private readonly string operation;
    private readonly ulong seed;

    private RandomStream random = null!;
    private JsonObject vector = null!, config = null!;
    private bool extreme, rectified;

    /// <summary>Sets up.</summary>
    /// <param name="profile">The accelerator whose numerics count.</param>
    /// <param name="operation">One of <see cref="Operations"/>.</param>
    /// <param name="formats">Weights and activations as in "16w8a", one of the profile's pairs; null: its first.</param>
    /// <param name="seed">The same seed gives the same vectors.</param>
    /// <exception cref="InputException">There is no such operation, or the profile does not have the formats.</exception>
    public VectorMaker(HardwareProfile profile, string operation, string? formats, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (!Names.Contains(operation))
            throw new InputException(
                $"there is no operation '{operation}' with vectors; accepted are "
                    + $"{string.Join(", ", Names)}{Suggestion.For(operation, Names)}");
        this.formats = formats is null
            ? profile.Formats[0]
            : profile.Formats.FirstOrDefault(f => Spell(f) == formats) ?? throw new InputException(
                $"{profile.Name} has no formats '{formats}'; accepted are {string.Join(", ", profile.Formats.Select(Spell))}");
        (this.profile, this.operation, this.seed) = (profile, operation, seed);
    }

    /// <summary>What vectors can be made of.</summary>
    public static IReadOnlyList<string> Operations => Names;

    /// <summary>One vector as one line of JSON.</summary>
    /// <param name="index">Which one, from 0 on.</param>
    public string Make(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        random = new RandomStream(seed, string.Create(CultureInfo.InvariantCulture, $"vector {operation} {index}"));
        (extreme, rectified) = (index % 4 == 3, index % 3 == 1);
        config = [];
        vector = new JsonObject
        {
            ["name"] = string.Create(CultureInfo.InvariantCulture, $"{profile.Name}_{operation}_{Spell(formats)}_{seed}_{index}"),
            ["op"] = $"{operation}_{Suffix}",
            ["source"] = $"npusim, profile {profile.Name}",
            ["numerics"] = VectorNumerics.Write(profile.Numerics),
            ["config"] = config,
        };
        switch (operation)
        {
            case "conv2d":
                Convolution();
                break;
            case "depthwise_conv2d":
                Depthwise();
                break;
            case "fully_connected":
                FullyConnected();
                break;
            case "batch_matmul":
                BatchMatMul();
                break;
            case "add":
                Add();
                break;
            case "mul":
                Mul();
                break;
            case "softmax":
                Softmax();
                break;
            default:
                Pool();
                break;
        }

        vector["output"] = Array(LayerVector.Outputs(JsonSerializer.SerializeToElement(vector)));
        return vector.ToJsonString();
    }

    private NumberFormat Activations => formats.Activations;

    private bool Multiplies => operation is "conv2d" or "depthwise_conv2d" or "fully_connected";

    private string Suffix => Activations == NumberFormat.Int16 ? "s16"
        : Multiplies && formats.Weights == NumberFormat.Int4 ? "s4" : "s8";

    private static string Spell(OperandPair pair) => $"{pair.Weights.Bits()}w{pair.Activations.Bits()}a";

    private static JsonArray Array(IEnumerable<long> values) => [.. values.Select(v => (JsonNode)v)];

    // Uniform in least..most.
    private int Pick(int least, int most) => least + random.NextInt32(most - least + 1);

    private void Values(string key, long count, NumberFormat format) => vector[key] =
        Array(Enumerable.Range(0, (int)count).Select(_ =>
        extreme ? (random.NextInt32(2) == 0 ? format.MinValue() : format.MaxValue())
            : Pick((int)format.MinValue(), (int)format.MaxValue())));

    // 16-bit activations are symmetric.
    private int Offset() => Activations == NumberFormat.Int16 ? 0 : Pick(-127, 128);

    private void Clamp(string least, string most, int zeroPoint)
    {
        config[least] = rectified ? zeroPoint : Activations.MinValue();
        config[most] = Activations.MaxValue();
    }

    // The factor that brings sums of uniform operands to half the output's range, give or take a factor of two.
    private FixedScale Factor(NumberFormat first, NumberFormat second, int depth) => FixedScale.FromDouble(
        random.NextDouble(0.5, 2) * 1.5
            * Activations.MaxValue() / ((double)first.MaxValue() * second.MaxValue() * Math.Sqrt(depth)));

    private void Types(params ReadOnlySpan<(string Key, NumberFormat Format)> arrays)
    {
        JsonObject types = [];
        foreach ((string key, NumberFormat format) in arrays)
            types[key] = $"int{Math.Max(8, format.Bits())}_t";
        vector["dtypes"] = types;
    }
}
