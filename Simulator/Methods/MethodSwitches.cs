using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Methods;

/// <summary>Every switch of every method; their order here is the order in which a method shows them.</summary>
public static class MethodSwitches
{
    /// <summary>Random bits of a rounding where no switch says how many.</summary>
    internal const int AllRandomBits = 32;

    private static readonly SwitchArgument Factor = new("F", 0, 0.9999), Percent = new("P", 0.001, 99.999),
        Bits = new("N", 1, AllRandomBits, IsWhole: true);

    /// <summary>The switches.</summary>
    public static ImmutableArray<MethodSwitch> All { get; } =
    [
        new("m", new SwitchArgument("N", 1, 1000, IsWhole: true), "N random directions per step, their estimates averaged",
            method => method switch
            {
                ForwardMethod { HasOwnDirections: true } ff => ff.Directions,
                Backpropagation { Activities.Directions: > 1 and var m } => m,
                _ => null,
            },
            (method, n) => method switch
            {
                ForwardMethod ff => ff with { Directions = (int)n, HasOwnDirections = true },
                Backpropagation { Activities: { } noise } bp => bp with { Activities = noise with { Directions = (int)n } },
                _ => null,
            })
        {
            Detail = "without it the workload's directions, of afg 1",
            Adds = "passes, draws",
            Source = "arXiv 2411.04036",
        },
        new("rademacher", null, "z is ±1 instead of normal",
            method => On(method is ForwardMethod { Distribution: PerturbationDistribution.Rademacher }
                or Backpropagation { Activities.Distribution: PerturbationDistribution.Rademacher }),
            (method, _) => method switch
            {
                ForwardMethod ff => ff with { Distribution = PerturbationDistribution.Rademacher },
                Backpropagation { Activities: { } noise } bp =>
                    bp with { Activities = noise with { Distribution = PerturbationDistribution.Rademacher } },
                _ => null,
            })
        {
            Source = "Spall 1992",
        },
        Forward("philox", null, "z comes from Philox, whatever the profile has",
            ff => On(ff.LinearFeedback == false), (ff, _) => ff with { LinearFeedback = false }, "generator") with
        {
            Detail = "floating point takes Philox unless told",
        },
        Forward("lfsr", null, "z comes from a linear feedback shift register, whatever the profile has",
            ff => On(ff.LinearFeedback == true), (ff, _) => ff with { LinearFeedback = true }, "generator") with
        {
            Detail = "floating point takes Philox unless told",
        },
        Forward("guided", Factor with { Least = 0.01, Most = 1 },
            "momentum-guided sampling: z follows its history, with a share F of it new",
            ff => ff.Guided, (ff, beta) => ff with { Guided = beta }) with
        {
            Detail = "z ← β·z₁ + (1 − β)·z₂, z₁ ~ N(0, √α), z₂ ~ N(z, √(1 − α)); β = 1 in the first tenth of the run, F "
                + "after; α = ½. Both constants are assumed",
            Adds = "z of each direction, kept (8 bits a weight; floating point: the weight's width); two draws a step "
                + "instead of one at every use",
            Source = "arXiv 2411.04036, section 3.4",
        },
        Forward("sharpness", null, "estimates are made one step of ascent away, at the cost of two more passes",
            ff => On(ff.IsSharpnessAware),
            (ff, _) => ff.Estimator == Estimator.Jvp ? null : ff with { IsSharpnessAware = true }, "sides") with
        {
            Detail = "w* = w + ε·sign(L(w + εz') − L(w − εz'))·z', then estimates at w*",
            Adds = "two passes a step, a second draw in each perturbation; nothing kept: w* is formed anew with each w±",
            Source = "arXiv 2411.04036, section 3.4",
        },
        Forward("one-sided", null, "each direction's loss is compared with that at w itself: m + 1 passes instead of 2m",
            ff => On(ff is { IsOneSided: true, IsSpreadNormalized: false }),
            (ff, _) => ff.Estimator == Estimator.Jvp ? null : ff with { IsOneSided = true }, "sides") with
        {
            Detail = "c = sign(L(w + εz) − L(w)), of spsa (L(w + εz) − L(w)) / ε; the pass at w comes last",
            Adds = "nothing; fewer passes and perturbations",
            Source = "arXiv 2506.09034",
        },
        Forward("fzoo", null, "one-sided, and differences divided by the spread of the losses",
            ff => On(ff.IsSpreadNormalized), (ff, _) => ff.Estimator != Estimator.Spsa || ff.IsOrthogonal
                ? null : ff with { IsOneSided = true, IsSpreadNormalized = true }, "sides") with
        {
            Detail = "c = (L(w + εzᵢ) − L(w)) / σ, σ² = Σ (Lᵢ − mean L)² / (m − 1) over the m ≥ 2 directions, 0 where σ is 0; "
                + "published with +rademacher",
            Adds = "as one-sided",
            Source = "arXiv 2506.09034",
        },
        Sparse("sparse", SparsityKind.Magnitude,
            "the P % of each tensor of smallest magnitude do not train; a bit per weight") with
        {
            Adds = "a bit per weight; its bytes at every use",
            Source = "arXiv 2411.04036, section 3.4",
        },
        Sparse("sparse-random", SparsityKind.Random, "a random P % of each tensor do not train; drawn again, not stored") with
        {
            Detail = "the same weights in every step",
            Adds = "nothing kept; 16 random bits a weight at every use",
            Source = "arXiv 2411.04036, section 3.4",
        },
        Sparse("sparse-threshold", SparsityKind.Threshold,
            "weights below P % of their tensor's largest do not train; a bit per weight") with
        {
            Adds = "a bit per weight",
            Source = "arXiv 2411.04036, section 3.4",
        },
        Sparse("sparse-smallest", SparsityKind.Smallest,
            "Sparse-MeZO: the P % of each tensor of largest magnitude do not train; a bit per weight") with
        {
            Detail = "published with a threshold that is compared anew in every step; here the choice is settled before the first",
            Adds = "a bit per weight; its bytes at every use",
            Source = "arXiv 2402.15751",
        },
        Forward("kernel-norm", null, "the step of each tensor has the tensor's norm",
            ff => On(ff.IsKernelNormalized),
            (ff, _) => ff is QuantizedForwardGradient { InSteps: true } or QuantizedForwardGradient { HasMagnitude: true }
                or { Optimizer: FrankWolfeOptimizer }
                ? null : ff with { IsKernelNormalized = true }) with
        {
            Detail = "η·‖w‖/‖g‖·g; the ratio is 1 where a norm is 0",
            Adds = "an operation that draws z and sums squares",
            Source = "arXiv 2411.04036, section 3.4; arXiv 1708.03888",
        },
        Forward("orthogonal", null, "estimates are combined by projection onto the span of their directions, not by a mean",
            ff => On(ff.IsOrthogonal),
            (ff, _) => ff.Estimator == Estimator.SignSpsa || ff.IsSpreadNormalized || ff.Operands.IsFixedPoint
                ? null : ff with { IsOrthogonal = true }) with
        {
            Detail = "g = Σ aᵢzᵢ with Gᵢⱼ = zᵢ·zⱼ, G·a = c: the projection of ∇L onto the span of the directions. About "
                + "m/n of a mean's length for n weights: use a larger η",
            Adds = "draws, m(m + 1)/2 products a weight, a system of m unknowns",
            Source = "arXiv 2410.17764",
        },
        new("momentum", Factor, "descent along a running mean of gradients with factor F",
            method => method switch
            {
                Backpropagation { HasOwnMomentum: true } bp => bp.Momentum,
                ForwardMethod { Optimizer: MomentumOptimizer momentum } => momentum.Factor,
                _ => null,
            },
            (method, factor) => method switch
            {
                Backpropagation bp => bp with { Momentum = factor, HasOwnMomentum = true },
                QuantizedForwardGradient { HasMagnitude: true } => null, // a velocity has a static scale
                ForwardMethod { Optimizer: FrankWolfeOptimizer } => null,
                ForwardMethod ff => ff with { Optimizer = new MomentumOptimizer(factor) },
                _ => null,
            })
        {
            Group = "optimiser",
            Detail = "v ← F·v + (1 − F)·g, w ← w − η·v; bp: v ← F·v + g, without it the workload's momentum",
            Adds = "v, kept: the weight's width; in fixed point 16 bits a weight",
        },
        Forward("adam", null, "Adam on the estimate; floating point only",
            ff => On(ff.Optimizer is AdamOptimizer), (ff, _) => ff.Operands.IsFixedPoint || ff.Optimizer is FrankWolfeOptimizer
            ? null : ff with { Optimizer = new AdamOptimizer() }, "optimiser") with
        {
            Detail = "β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸; it takes a root and a quotient per weight",
            Adds = "two moments in fp32, kept",
            Source = "arXiv 1412.6980, algorithm 1",
        },
        Walk("fw", null, "Frank–Wolfe: each step goes a part of the way to that corner of a box about the first weights to which "
            + "the running mean of estimates points down", FrankWolfeSet.Box) with
        {
            Detail = "d ← (1 − ρ)·d + ρ·g, s = argmin ⟨d, s⟩ = −r·sign(d), w ← w + γ·(s − w); ρ = min(1, 4/(t + 8)^⅔), "
                + "γ = 1/(t + 1) in step t = 1, 2, …; η and its decay have no say. r is the largest magnitude of the tensor's "
                + "first weights, 1 where that is 0",
            Adds = "d and the way gone from the first weights, kept: the weight's width each; in fixed point 16 bits a weight "
                + "each; a pass over d",
            Source = "arXiv 2403.12511; schedules of arXiv 1804.09554",
        },
        Walk("fw-cross", null, "Frank–Wolfe in ‖x‖₁ ≤ r, the cross-polytope: one weight of a tensor moves away from the first in "
            + "a step, the others towards it", FrankWolfeSet.Cross) with
        {
            Detail = "s = −r·sign(d) at the largest |d|, among equals the first, 0 elsewhere; r: the sum of magnitudes",
            Adds = "as fw",
            Source = "arXiv 2403.12511",
        },
        Walk("fw-top", Percent, "Frank–Wolfe in the hull of vectors with P % of a tensor's entries, each ±r", FrankWolfeSet.Top)
            with
        {
            Detail = "s = −r·sign(d) at the k largest |d|, among equals the first, 0 elsewhere; r: max(‖w‖∞, ‖w‖₁/k)",
            Adds = "as fw, and another pass over d",
            Source = "arXiv 2403.12511",
        },
        Walk("fw-ball", null, "Frank–Wolfe in ‖x‖₂ ≤ r; floating point only", FrankWolfeSet.Ball) with
        {
            Detail = "s = −r·d/‖d‖",
            Adds = "as fw",
            Source = "arXiv 2403.12511",
        },
        Walk("fw-nuclear", null, "Frank–Wolfe in matrices whose singular values add up to r at most; floating point only",
            FrankWolfeSet.Nuclear) with
        {
            Detail = "s = −r·u·vᵀ, the leading singular pair of d by 20 power iterations from its longest row; a filter or "
                + "output is a row",
            Adds = "as fw, and 40 products of d with a vector",
            Source = "arXiv 2403.12511",
        },
        Walking("fw-radius", new SwitchArgument("R", 0.001, 1000), "Frank–Wolfe with R times the radius",
            walk => walk.Radius != 1 ? walk.Radius : null, (walk, radius) => walk with { Radius = radius }),
        Walking("fw-origin", null, "Frank–Wolfe with the set about 0, of a radius of at least the norm of the first weights",
            walk => On(walk.IsAboutOrigin), (walk, _) => walk with { IsAboutOrigin = true }) with
        {
            Detail = "weights stay small instead of near the first; not with sparse",
            Adds = "one tensor less is kept",
        },
        Walking("fw-plain", null, "Frank–Wolfe with each step's estimate alone",
            walk => On(walk.IsPlain), (walk, _) => walk with { IsPlain = true }) with
        {
            Detail = "ρ = 1, γ = 2/(t + 2): does not settle at a minimum",
            Adds = "d is not kept",
        },
        new("compact", null, "of a rectifier one bit per element is kept, of a max pooling one index per window",
            method => method is Backpropagation { Compact: true } ? 0 : null,
            (method, _) => method is Backpropagation { Activities: null } bp ? bp with { Compact = true } : null)
        {
            Detail = "where the backward pass needs no more; 4 bits an index up to 8 pixels, 8 beyond",
            Adds = "less kept; an operation that forms the bits or indices",
        },
        new("recompute", null, "activations are computed again in the backward pass where that makes the arena smaller",
            method => method is Backpropagation { Recompute: true } ? 0 : null,
            (method, _) => method is Backpropagation { RandomBits.Gradient: 0, Activities: null } bp
                ? bp with { Recompute = true } : null)
        {
            Detail = "which ones is decided by laying out the memory of the step for many choices",
            Adds = "operations of the forward pass again; less kept",
            Source = "arXiv 1604.06174",
        },
        Rounded("stochastic-perturb", m => m.RandomBits.Perturbation, (bits, n) => bits with { Perturbation = n },
            m => m is QuantizedForwardGradient,
            "ε·z is rounded to whole steps of the weight by N random bits, alike for both signs") with
        {
            Detail = "w± = sat(w ± SR(ε·z/Δw)): of any ε the mean is kept; quzo has 32 bits unless told",
            Adds = "N random bits a weight at every perturbation",
            Source = "arXiv 2502.12346",
        },
        Rounded("stochastic-update", m => m.RandomBits.Update, (bits, n) => bits with { Update = n },
            TakesSteps, "what an update works out is rounded by N random bits: steps below half a weight count on average") with
        {
            Detail = "in place of the profile's rounding; of spsa and quzo each direction's step on its own; quzo has 32 bits "
                + "unless told",
            Adds = "N random bits for each rounding of an update",
            Source = "arXiv 1502.02551",
        },
        Rounded("stochastic-gradient", m => m.RandomBits.Gradient, (bits, n) => bits with { Gradient = n },
            m => m is Backpropagation { Recompute: false } or ForwardMethod { TailLayers: not null },
            "the operations of a backward pass round by N random bits: gradients without bias") with
        {
            Detail = "in place of the profile's rounding; with elastic, which comes first, that of the last layers",
            Adds = "N random bits an element on the vector unit; those of an engine come from registers beside its output stage, "
                + "at no cycle",
            Source = "arXiv 1502.02551",
        },
        new("residual", new SwitchArgument("N", 1, 16, IsWhole: true),
            "N bits below each weight are kept: updates too small for it add up",
            m => m.ResidualBits > 0 ? m.ResidualBits : null,
            (m, n) => m.Operands.IsFixedPoint && TakesSteps(m) ? m with { ResidualBits = (int)n } : null)
        {
            Detail = "w·2ᴺ + r ← w·2ᴺ + r − rq(step), w the nearest whole number; passes read w alone",
            Adds = "r, kept: 8 bits a weight, 16 from N = 9 on; read and written by every update",
            Source = "arXiv 1802.04680",
        },
        Forward("reuse-prefix", null, "the device computes what no trained weight feeds once per step and keeps it",
            ff => On(ff.ReusePrefix), (ff, _) => ff with { ReusePrefix = true }) with
        {
            Adds = "fewer passes over the prefix, its result kept through the step",
        },
        Forward("elastic", new SwitchArgument("N", 1, 1000, IsWhole: true),
            "ElasticZO: the last N layers that train do so by backpropagation, the others by the estimate",
            ff => ff.TailLayers, (ff, n) => ff.Estimator == Estimator.Jvp || !HasGradients(ff.Operands)
                ? null : ff with { TailLayers = (int)n }) with
        {
            Detail = "these are perturbed in no pass, and their gradient is that of the step's last pass, at w − εz of the "
                + "others; they descend as bp does, with the workload's learning rate, decay and momentum of bp",
            Adds = "a backward pass of these layers, what it reads of the last pass, its gradients and velocities",
            Source = "arXiv 2501.04287",
        },
        new("micro", new SwitchArgument("N", 1, 1 << 16, IsWhole: true), "a step's samples run N at a time",
            method => method.MicroBatch, (method, n) => HasOwnNoise(method) ? null : method with { MicroBatch = (int)n })
        {
            Group = "micro-batches",
            Detail = "N divides the batch. Forward gradients: the same estimate, one sum of losses per pass; bp: gradients are "
                + "summed over the step, and weights change after it. In integers the bits are those of the whole batch, "
                + "unless rounding draws numbers or a sum leaves the accumulator",
            Adds = "activations of N samples instead of the batch; weights, perturbations and prefix once for each N samples; "
                + "forward gradients: a loss per pass; bp: the gradient of every trained weight, kept through the step, and "
                + "its addition",
            Source = "arXiv 1811.06965"
        },
        new("micro-auto", null, "as micro, with the largest N whose arena fits the accelerator's scratchpad",
            method => On(method.FitsMicroBatch),
            (method, _) => HasOwnNoise(method) ? null : method with { FitsMicroBatch = true })
        {
            Group = "micro-batches",
            Detail = "1 where none does; npusim plan shows N",
            Adds = "as micro",
        },
    ];

    /// <summary>The switches that a method has.</summary>
    public static IEnumerable<MethodSwitch> Of(Method method) =>
        All.Where(s => s.Apply(method, s.Argument?.Least ?? 0) is not null);

    // Floating point in one format, and the integers in which backpropagation runs.
    private static bool HasGradients(OperandFormats formats) => (!formats.IsFixedPoint && formats.Wide is null)
        || (formats.IsFixedPoint && formats.Activations == NumberFormat.Int8 && formats.Weights != NumberFormat.Int4);

    // Each sample of a step has noise of its own, which no micro-batch may repeat.
    private static bool HasOwnNoise(Method method) => method is Backpropagation { Activities: not null };

    private static double? On(bool isOn) => isOn ? 0 : null;

    // A step of Frank–Wolfe goes part of a way: it is no requantised estimate.
    private static bool TakesSteps(Method method) => method is not ForwardMethod { Optimizer: FrankWolfeOptimizer };

    // Shown unless it is the method's own.
    private static MethodSwitch Rounded(
        string name, Func<Method, int> bits, Func<RandomBits, int, RandomBits> with, Func<Method, bool> has, string summary) =>
        new(name, Bits, summary,
            m => bits(m) is var n && n == 0 || (m is QuantizedForwardGradient { IsQuzo: true } && n == AllRandomBits) ? null : n,
            (m, n) => m.Operands.IsFixedPoint && has(m) ? m with { RandomBits = with(m.RandomBits, (int)n) } : null);

    private static MethodSwitch Forward(
        string name, SwitchArgument? argument, string summary, Func<ForwardMethod, double?> shown,
        Func<ForwardMethod, double, Method?> apply,
        string? group = null) =>
        new(name, argument, summary, m => m is ForwardMethod ff ? shown(ff) : null, (m, n) => m is ForwardMethod ff
            ? apply(ff, n) : null)
        {
            Group = group,
        };

    private static MethodSwitch Sparse(string name, SparsityKind kind, string summary) => Forward(
        name, Percent, summary, ff => ff.Sparsity is { } sparsity && sparsity.Kind == kind ? sparsity.Percent : null,
        (ff, percent) => ff.Optimizer is FrankWolfeOptimizer { IsAboutOrigin: true } // moves what has no estimate towards 0
            ? null : ff with { Sparsity = new Sparsity(kind, percent) }, "sparsity");

    private static MethodSwitch Walk(string name, SwitchArgument? argument, string summary, FrankWolfeSet set) => Walking(
        name, argument, summary, walk => walk.Set != set ? null : argument is not null ? walk.Percent
            : On(set != FrankWolfeSet.Box || walk == new FrankWolfeOptimizer()),
        (walk, percent) => walk with { Set = set, Percent = percent }) with
    {
        Group = "optimiser",
    };

    // Each switch alone is Frank–Wolfe, in a box.
    private static MethodSwitch Walking(string name, SwitchArgument? argument, string summary,
        Func<FrankWolfeOptimizer, double?> shown, Func<FrankWolfeOptimizer, double, FrankWolfeOptimizer> apply) => Forward(
            name, argument, summary, ff => ff.Optimizer is FrankWolfeOptimizer walk ? shown(walk) : null,
            (ff, number) => ff is QuantizedForwardGradient { HasMagnitude: true } or { IsKernelNormalized: true }
                || ff.RandomBits.Update > 0 || ff.ResidualBits > 0
                ? null : Walked(ff, apply, number));

    private static ForwardMethod? Walked(ForwardMethod ff, Func<FrankWolfeOptimizer, double, FrankWolfeOptimizer> apply,
        double number)
    {
        if (ff.Optimizer is not (null or FrankWolfeOptimizer) || ff.RandomBits.Update > 0 || ff.ResidualBits > 0)
            return null;
        FrankWolfeOptimizer walk = apply(ff.Optimizer as FrankWolfeOptimizer ?? new(), number);
        return (ff.Operands.IsFixedPoint && walk.Set is FrankWolfeSet.Ball or FrankWolfeSet.Nuclear)
            || (ff.Sparsity is not null && walk.IsAboutOrigin) ? null : ff with { Optimizer = walk };
    }
}
