using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>One number for each tuning scheme. A scheme without one of its own takes that of <c>ft</c>.</summary>
/// <param name="Ft">Where all parameters train.</param>
/// <param name="Lp">Where only the last linear layer trains.</param>
/// <param name="Lp3">Where the last linear layer and two added ones train.</param>
/// <param name="Bias">Where the biases train.</param>
/// <param name="Norm">Where normalisations train.</param>
/// <param name="TinyTl">Where biases, the last linear layer and lite residual modules train.</param>
/// <param name="Lora">Where low-rank products train.</param>
/// <param name="Dvpt">Where visual prompts and the last linear layer train.</param>
/// <param name="Sparse">Where chosen layers and channels train.</param>
[Yaml("One learning rate for each tuning scheme; a scheme without one of its own takes that of ft, and of several joined by '+' the first decides.")]
public sealed record LearningRates(
    [Yaml("Where all parameters train.", Above = 0, Max = 10)] double Ft,
    [Yaml("Where only the last linear layer trains.", Above = 0, Max = 10)] double Lp,
    [Yaml("Where the last linear layer and two added before it train; null: as ft.", Above = 0, Max = 10)] double? Lp3 = null,
    [Yaml("Where the biases train; null: as ft.", Above = 0, Max = 10)] double? Bias = null,
    [Yaml("Where scales and shifts of normalisations train; null: as ft.", Above = 0, Max = 10)] double? Norm = null,
    [Yaml("Where biases, the last linear layer and lite residual modules train; null: as ft.", Key = "tinytl", Above = 0, Max = 10)] double? TinyTl = null,
    [Yaml("Where low-rank products train; null: as ft.", Above = 0, Max = 10)] double? Lora = null,
    [Yaml("Where visual prompts and the last linear layer train; null: as ft.", Above = 0, Max = 10)] double? Dvpt = null,
    [Yaml("Where chosen layers and channels train; null: as ft.", Above = 0, Max = 10)] double? Sparse = null)
{
    /// <summary>Every scheme that can have a rate of its own.</summary>
    public static ImmutableArray<string> Schemes { get; } = ["ft", "lp", "lp3", "bias", "norm", "tinytl", "lora", "dvpt", "sparse"];

    /// <summary>The rate of a scheme, by its name without options: "lp", "lora".</summary>
    public double Of(string scheme) => scheme switch
    {
        "lp" => Lp,
        "lp3" => Lp3 ?? Ft,
        "bias" => Bias ?? Ft,
        "norm" => Norm ?? Ft,
        "tinytl" => TinyTl ?? Ft,
        "lora" => Lora ?? Ft,
        "dvpt" => Dvpt ?? Ft,
        "sparse" => Sparse ?? Ft,
        _ => Ft,
    };
}

/// <summary>Settings of backpropagation.</summary>
/// <param name="LearningRate">At the first step.</param>
/// <param name="Momentum">Share of the last update in the next.</param>
/// <param name="Decay">How the learning rate falls.</param>
[Yaml("Settings of backpropagation.", Key = "bp")]
public sealed record BackpropagationSettings(
    [Yaml("Learning rates at the first step.")] LearningRates LearningRate,
    [Yaml("Share of the last update that is added to the next.", Min = 0, Max = 0.9999)] double Momentum = 0.9,
    [Yaml("How the learning rate falls.")] Decay Decay = Decay.Linear);

/// <summary>Settings of a forward-gradient method (sign-m-SPSA).</summary>
/// <param name="LearningRate">At the first step.</param>
/// <param name="Epsilon">ε: how far the weights are moved along a direction to compare the losses.</param>
/// <param name="Directions">m: directions tried in each step.</param>
/// <param name="Decay">How the learning rate falls.</param>
[Yaml("Settings of a forward-gradient method (sign-m-SPSA).", Key = "forward-gradient")]
public sealed record ForwardGradientSettings(
    [Yaml("Learning rates at the first step.")] LearningRates LearningRate,
    [Yaml("How far the weights are moved along a random direction to compare the losses on both sides.", Above = 0, Max = 1)]
    double Epsilon = 1e-3,
    [Yaml("Random directions tried in each step.", Min = 1, Max = 1000)] int Directions = 3,
    [Yaml("How the learning rate falls.")] Decay Decay = Decay.Linear);

/// <summary>Settings of a forward-gradient method whose sizes are counted in steps Δw of each tensor's scale.</summary>
/// <param name="LearningRate">At the first step, in Δw.</param>
/// <param name="Epsilon">ε in Δw.</param>
/// <param name="Directions">m: directions tried in each step.</param>
/// <param name="Decay">How the learning rate falls.</param>
[Yaml("Settings of a forward-gradient method whose sizes are counted in steps of each tensor's scale.", Key = "steps")]
public sealed record StepSettings(
    [Yaml("Learning rates at the first step, in steps of each tensor's scale.")] LearningRates LearningRate,
    [Yaml("How far the weights are moved along a random direction, in steps of each tensor's scale.", Above = 0, Max = 10000)] double Epsilon = 1,
    [Yaml("Random directions tried in each step.", Min = 1, Max = 1000)] int Directions = 3,
    [Yaml("How the learning rate falls.")] Decay Decay = Decay.Linear);

/// <summary>Settings of every training method.</summary>
/// <param name="Bp">Backpropagation in floating point.</param>
/// <param name="Ff">Forward gradients in floating point.</param>
/// <param name="QzoFf">Forward gradients in fixed point.</param>
/// <param name="QzoFfSteps">
/// The same with ε and learning rate counted in steps of each tensor's scale, where neither can round to nothing; null: not offered.
/// </param>
/// <param name="Tuned">What takes the place of these settings for methods in certain formats or with certain switches; default: nothing.</param>
[Yaml("Settings of every training method.", Key = "methods")]
public sealed record MethodSettings(
    [Yaml("Backpropagation in floating point.")] BackpropagationSettings Bp,
    [Yaml("Forward gradients in floating point.")] ForwardGradientSettings Ff,
    [Yaml("Forward gradients in fixed point.")] ForwardGradientSettings QzoFf,
    [Yaml("Forward gradients in fixed point with epsilon and learning rate counted in steps of each tensor's scale.")] StepSettings? QzoFfSteps = null,
    [Yaml("What takes the place of these settings for methods in certain formats or with certain switches.")] ImmutableArray<TunedSettings> Tuned = default)
{
    /// <summary>What takes the place of these settings for methods in certain formats or with certain switches; none by default.</summary>
    public ImmutableArray<TunedSettings> Tuned { get; init; } = Tuned.IsDefaultOrEmpty ? [] : Tuned;
}
