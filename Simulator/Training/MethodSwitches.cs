using System.Collections.Immutable;

namespace NpuSim.Simulator.Training;

/// <summary>Every switch of every method; their order here is the order in which a method shows them.</summary>
public static class MethodSwitches
{
    /// <summary>The switches.</summary>
    public static ImmutableArray<MethodSwitch> All { get; } =
    [
        new("m", new SwitchArgument("N", 1, 1000, IsWhole: true), "N random directions per step, their estimates averaged",
            method => method is ForwardMethod { HasOwnDirections: true } ff ? ff.Directions : null,
            (method, n) => (method as ForwardMethod) is { } ff ? ff with { Directions = (int)n, HasOwnDirections = true } : null),
        new("momentum", new SwitchArgument("F", 0, 0.9999), "descent along a running mean of gradients with factor F",
            method => method is Backpropagation { HasOwnMomentum: true } bp ? bp.Momentum : null,
            (method, factor) => (method as Backpropagation) is { } bp ? bp with { Momentum = factor, HasOwnMomentum = true } : null),
        new("compact", null, "of a rectifier one bit per element is kept, of a max pooling one index per window",
            method => method is Backpropagation { Compact: true } ? 0 : null,
            (method, _) => (method as Backpropagation) is { } bp ? bp with { Compact = true } : null),
        new("recompute", null, "activations are computed again in the backward pass where that makes the arena smaller",
            method => method is Backpropagation { Recompute: true } ? 0 : null,
            (method, _) => (method as Backpropagation) is { } bp ? bp with { Recompute = true } : null),
        new("reuse-prefix", null, "the device computes what no trained weight feeds once per step and keeps it",
            method => method is ForwardMethod { ReusePrefix: true } ? 0 : null,
            (method, _) => (method as ForwardMethod) is { } ff ? ff with { ReusePrefix = true } : null),
    ];

    /// <summary>The switches that a method has.</summary>
    public static IEnumerable<MethodSwitch> Of(Method method) => All.Where(s => s.Apply(method, s.Argument?.Least ?? 0) is not null);
}
