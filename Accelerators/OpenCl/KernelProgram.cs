using System.Text;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>The programs that the kernel sources make. Each is compiled by itself: tile sizes change one of them only.</summary>
internal enum KernelProgram
{
    /// <summary>Matrix products and convolutions.</summary>
    Products,

    /// <summary>Everything else.</summary>
    Layers,

    /// <summary>What a device's dot products give.</summary>
    DotCheck,

    /// <summary>How fast the arithmetic of matrix products can be.</summary>
    Roof,
}

/// <summary>The kernels' OpenCL C.</summary>
internal static class KernelSource
{
    private static readonly string[] Products = ["numerics", "dot", "product"],
        Layers = ["numerics", "elements", "weights", "rows"],
        DotCheck = ["dot", "dotcheck"], Roof = [.. Products, "roof"];

    /// <summary>The text of a program.</summary>
    public static string Of(KernelProgram program) => string.Join('\n', (program switch
    {
        KernelProgram.Products => Products,
        KernelProgram.Layers => Layers,
        KernelProgram.DotCheck => DotCheck,
        _ => Roof,
    }).Select(Read));

    private static string Read(string name)
    {
        using Stream stream = typeof(KernelSource).Assembly.GetManifestResourceStream($"opencl/{name}.cl")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
