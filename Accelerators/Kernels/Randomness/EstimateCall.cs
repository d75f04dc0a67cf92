using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>The gradient estimate of one tensor: g = (1/m) Σ signᵢ zᵢ in 8 bits, scale Δz.</summary>
internal unsafe struct EstimateCall
{
    public PerturbationSource[] Sources;
    public int* Signs;
    public FixedScale Mean;
    private readonly bool isMean;

    /// <summary>Keeps the pointer: the signs must not move while the call runs.</summary>
    public EstimateCall(PerturbationSource[] sources, int* signs, int fractionBits = 0)
    {
        if (sources.Length is 0 or > 1 << 16)
            throw new ArgumentException($"{sources.Length} directions; accepted are 1 to 65536.", nameof(sources));
        Sources = sources;
        Signs = signs;
        Mean = FixedScale.FromDouble(1.0 / sources.Length / (1 << fractionBits));
        isMean = sources.Length > 1 || fractionBits > 0;
    }

    /// <summary>Stochastic rounding of an element draws at the address of the first direction.</summary>
    public readonly RandomAddress Address => Sources[0].Address;

    /// <summary>g of elements first … first + length − 1.</summary>
    [SkipLocalsInit]
    public readonly void Run<TScaling>(long first, int* g, int length) where TScaling : struct, IScaling
    {
        sbyte* z = stackalloc sbyte[ElementJob.Chunk];
        new Span<int>(g, length).Clear();
        for (int d = 0; d < Sources.Length; d++)
        {
            if (Signs[d] == 0)
                continue;
            Sources[d].Draw(first, new Span<sbyte>(z, length));
            WeightedDraws.Add(z, Signs[d], g, length);
        }

        if (isMean)
            Average<TScaling>(first, g, length);
    }

    private readonly void Average<TScaling>(long first, int* g, int length) where TScaling : struct, IScaling
    {
        int i = 0;
        if (TScaling.HasVector && Avx512F.IsSupported)
        {
            VectorScale<TScaling> average = new(Mean);
            for (; i <= length - 16; i += 16)
            {
                Vector512<int> mean = average.Apply(Vector512.Load(g + i));
                Vector512.Max(Vector512.Create(-128), Vector512.Min(Vector512.Create(127), mean)).Store(g + i);
            }
        }

        for (; i < length; i++)
        {
            uint noise = TScaling.UsesRandom ? Address.Noise(first + i, 1) : 0;
            g[i] = (int)Math.Clamp(TScaling.Apply(g[i], Mean, 0, noise), -128, 127);
        }
    }
}
