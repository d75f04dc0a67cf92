using System.Runtime.InteropServices;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>How a device multiplies four bytes at a time; the numbers are those of dot.cl.</summary>
internal enum DotProduct
{
    /// <summary>Not at all: pairs of 16 bits are multiplied.</summary>
    None,

    /// <summary>cl_khr_integer_dot_product.</summary>
    Khr,

    /// <summary>NVIDIA's dp4a, as inline PTX.</summary>
    Ptx,

    /// <summary>In plain OpenCL C, for tests.</summary>
    Emulated,
}

/// <summary>Which dot products of bytes a device has. None is relied on before it has given what plain arithmetic
/// gives.</summary>
internal static class DotProducts
{
    private const string Extension = "cl_khr_integer_dot_product";
    private const int Sums = 5;

    // The ends of bytes and words, and what lies beside them.
    private static readonly uint[] Extremes =
        [0, 0x80808080, 0x7F7F7F7F, 0xFFFFFFFF, 0x01010101, 0x80007FFF, 0x7F80FF00, 0x00FF8001, 0x12345678, 0x9ABCDEF0,
            0x80000000, 0x000000FF];

    /// <summary>The first that a device says it has and computes as it should.</summary>
    public static DotProduct Of(OpenClContext context)
    {
        foreach (DotProduct candidate in Candidates(context.Device))
        {
            try
            {
                if (IsRight(context, candidate))
                    return candidate;
            }
            catch (OpenClException)
            {
                // Its compiler does not know it, whatever the device says.
            }
        }

        return DotProduct.None;
    }

    /// <summary>What a device says it has, best first.</summary>
    public static IEnumerable<DotProduct> Candidates(OpenClDevice device)
    {
        if (device.Extensions.Contains(Extension) && device.HasPackedDotProduct)
            yield return DotProduct.Khr;
        if (device.NvidiaCapability >= new Version(6, 1))
            yield return DotProduct.Ptx;
    }

    /// <summary>What it is called in lists of devices.</summary>
    public static string Name(DotProduct dot) => dot switch
    {
        DotProduct.Khr => Extension,
        DotProduct.Ptx => "dp4a (PTX)",
        DotProduct.Emulated => "emulated",
        _ => "none",
    };

    /// <summary>The build option for the language that has them.</summary>
    public static string Standard(DotProduct dot) => dot == DotProduct.Khr ? "-cl-std=CL3.0" : "-cl-std=CL1.2";

    /// <summary>True when a device's dot products are those of plain arithmetic, wrapping included.</summary>
    /// <exception cref="OpenClException">They do not compile, or do not run.</exception>
    internal static bool IsRight(OpenClContext context, DotProduct dot)
    {
        (int A, int B, uint Sum)[] cases =
            [.. Extremes.SelectMany(a => Extremes.SelectMany(b => Extremes.Take(Sums).Select(s => ((int)a, (int)b, s))))];
        using OpenClQueue queue = new(context);
        using DeviceBuffer a = Upload(queue, [.. cases.Select(c => c.A)]), b = Upload(queue, [.. cases.Select(c => c.B)]);
        using DeviceBuffer sums = Upload(queue, [.. cases.Select(c => (int)c.Sum)]),
            results = context.CreateBuffer(2L * sizeof(uint) * cases.Length);
        queue.Launch(context.Program(KernelProgram.DotCheck, $"{Standard(dot)} -DDOT={(int)dot}"), "check_dot", [cases.Length],
            [], a, b, sums, results);
        uint[] got = new uint[2 * cases.Length];
        queue.Read(results, 0, MemoryMarshal.AsBytes(got.AsSpan()));
        return got.AsSpan().SequenceEqual(cases.SelectMany(c =>
            new[] { Plain(c.A, c.B, c.Sum, true), Plain(c.A, c.B, c.Sum, false) }).ToArray());
    }

    private static DeviceBuffer Upload(OpenClQueue queue, int[] numbers) => queue.Upload(MemoryMarshal.AsBytes(numbers.AsSpan()));

    private static uint Plain(int a, int b, uint sum, bool signed)
    {
        for (int i = 0; i < 32; i += 8)
        {
            int right = signed ? (sbyte)(b >> i) : (byte)(b >> i);
            sum = unchecked(sum + (uint)((sbyte)(a >> i) * right));
        }

        return sum;
    }
}
