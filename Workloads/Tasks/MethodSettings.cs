using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

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
    [Yaml("How far the weights are moved along a random direction, in steps of each tensor's scale.", Above = 0,
        Max = 10000)] double Epsilon = 1,
    [Yaml("Random directions tried in each step.", Min = 1, Max = 1000)] int Directions = 3,
    [Yaml("How the learning rate falls.")] Decay Decay = Decay.Linear);

/// <summary>Settings of every training method.</summary>
/// <param name="Bp">Backpropagation in floating point.</param>
/// <param name="Ff">Forward gradients in floating point.</param>
/// <param name="QzoFf">Forward gradients in fixed point.</param>
/// <param name="QzoFfSteps">
/// The same with ε and learning rate counted in steps of each tensor's scale, where neither can round to nothing; null: not
/// offered.
/// </param>
/// <param name="Tuned">What takes the place of these settings for methods in certain formats or with certain switches; default:
/// nothing.</param>
[Yaml("Settings of every training method.", Key = "methods")]
public sealed record MethodSettings(
    [Yaml("Backpropagation in floating point.")] BackpropagationSettings Bp,
    [Yaml("Forward gradients in floating point.")] ForwardGradientSettings Ff,
    [Yaml("Forward gradients in fixed point.")] ForwardGradientSettings QzoFf,
    [Yaml("Forward gradients in fixed point with epsilon and learning rate counted in steps of each tensor's scale.")] StepSettings? QzoFfSteps = null,
    [Yaml("What takes the place of these settings for methods in certain formats or with certain switches.")] ImmutableArray<TunedSettings> Tuned = default)
{
    /// <summary>What takes the place of these settings for methods in certain formats or with certain switches; none by
    /// default.</summary>
    public ImmutableArray<TunedSettings> Tuned { get; init; } = Tuned.IsDefaultOrEmpty ? [] : Tuned;
}
