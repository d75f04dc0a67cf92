using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Lanes;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>The gradient estimate of one tensor: g = (1/m) Σ signᵢ zᵢ in 8 bits, scale Δz, or Σ factorᵢ zᵢ in 32 bits.</summary>
internal unsafe struct EstimateCall
{
    public PerturbationSource[] Sources;
    public int* Signs;
    public FixedScale Mean;
    private readonly bool isMean;

    /// <summary>Keeps the pointer: the signs must not move while the call runs.</summary>
    public EstimateCall(PerturbationSource[] sources, int* signs, UpdateForm form = default)
    {
        if (sources.Length is 0 or > 1 << 16)
            throw new ArgumentException($"{sources.Length} directions; accepted are 1 to 65536.", nameof(sources));
        Sources = sources;
        Signs = signs;
        Mean = FixedScale.FromDouble(1.0 / sources.Length / (1 << form.FractionBits));
        isMean = !form.IsSum && (sources.Length > 1 || form.FractionBits > 0);
        Bits = form.IsSum ? BitsOf(new(signs, sources.Length)) : 7;
    }

    /// <summary>|g| is at most 2 to this.</summary>
    public int Bits { get; }

    /// <summary>Random bits of a rounding of an element, drawn at the address of the first direction.</summary>
    /// <param name="index">The element.</param>
    /// <param name="lane">Which of its roundings.</param>
    public readonly uint Noise(long index, uint lane) => Sources[0].Address.Noise(index, lane);

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
            VectorScale<TScaling, Ints512, Longs512> average = new(Mean);
            for (; i <= length - 16; i += 16)
            {
                Vector512<int> mean = average.Apply(Vector512.Load(g + i));
                Vector512.Max(Vector512.Create(-128), Vector512.Min(Vector512.Create(127), mean)).Store(g + i);
            }
        }

        for (; i < length; i++)
        {
            uint noise = TScaling.UsesRandom ? Noise(first + i, 1) : 0;
            g[i] = (int)Math.Clamp(TScaling.Apply(g[i], Mean, 0, noise), -128, 127);
        }
    }

    private static int BitsOf(ReadOnlySpan<int> factors)
    {
        long sum = 0;
        foreach (int factor in factors)
            sum += Math.Abs((long)factor);
        return sum < 1 << 24 ? 7 + (64 - BitOperations.LeadingZeroCount((ulong)sum))
            : throw new ArgumentException($"Factors of {sum} together; z times them leaves 32 bits.", nameof(factors));
    }
}
