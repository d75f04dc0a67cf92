using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>
/// The unit for all that is not a matrix product: throughputs in 8-bit elements per cycle. 16-bit elements take twice, 32-bit
/// elements four times as long. Nothing here is free, so none may be 0.
/// </summary>
/// <param name="Move">Copies, transposes, im2col.</param>
/// <param name="Elementwise">Add, multiply, relu, requantise, bias alignment.</param>
/// <param name="Table">Look-ups: GELU and other unary functions.</param>
/// <param name="Softmax">Softmax, per element over all its passes.</param>
/// <param name="Normalize">Layer and batch normalisation, per element over all passes.</param>
/// <param name="Pool">Pooling, per input element read.</param>
/// <param name="Reduce">Sums along an axis, per input element.</param>
/// <param name="Random">Random numbers: draws of the perturbation z.</param>
/// <param name="Perturb">w± from w and z, per weight, without drawing z.</param>
/// <param name="Update">Weight update, per weight, without drawing z.</param>
/// <param name="Loss">Cross-entropy, per logit.</param>
/// <param name="Generator">Hardware of its own for random numbers; null: the unit draws them itself.</param>
[Yaml("The unit for all that is not a matrix product: throughputs in 8-bit elements per cycle. 16-bit elements take twice, "
    + "32-bit elements four times as long.")]
public sealed record VectorUnit(
    [Yaml("Copies, transposes, im2col.", Above = 0)] double Move,
    [Yaml("Add, multiply, relu, requantise, bias alignment.", Above = 0)] double Elementwise,
    [Yaml("Look-ups: GELU and other unary functions.", Above = 0)] double Table,
    [Yaml("Softmax, per element over all its passes.", Above = 0)] double Softmax,
    [Yaml("Layer and batch normalisation, per element over all passes.", Above = 0)] double Normalize,
    [Yaml("Pooling, per input element read.", Above = 0)] double Pool,
    [Yaml("Sums along an axis, per input element.", Above = 0)] double Reduce,
    [Yaml("Random numbers: draws of the perturbation z.", Above = 0)] double Random,
    [Yaml("Perturbed weights from weights and z, per weight, without drawing z.", Above = 0)] double Perturb,
    [Yaml("Weight update, per weight, without drawing z.", Above = 0)] double Update,
    [Yaml("Cross-entropy, per logit.", Above = 0)] double Loss,
    [Yaml("Hardware of its own for random numbers; null: the unit draws them itself, one after another with all else.",
        HideNull = true)]
    RandomGenerator? Generator = null);
