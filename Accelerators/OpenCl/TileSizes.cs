using System.Security.Cryptography;
using System.Text;
using NpuSim.Files;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// The shape of the matrix product's tiles that is fastest on a device: found by a short measured search, then remembered in a
/// file beside the compiled programs. It decides how fast results come, never which.
/// </summary>
internal sealed class TileSizes
{
    private const int SizeOnCpu = 512, SizeOnGpu = 2048;

    // Processors: vectors across columns, one work item to a group, no staging in what would be the same memory.
    private static readonly TileShape[] ForCpu = [new(8, 2, 16), new(12, 2, 16), new(6, 4, 16), new(8, 2, 8), new(4, 4, 4)];

    // GPUs: every work item is a lane already.
    private static readonly TileShape[] ForGpu =
    [
        new(4, 4, 1, 16, 16, 8), new(8, 4, 1, 16, 16, 8), new(8, 8, 1, 16, 16, 8), new(8, 8, 1, 8, 8, 16),
            new(4, 2, 4, 16, 16, 8),
        new(4, 4, 1, 8, 8, 8),
    ];

    private readonly OpenClContext context;
    private readonly string? path;
    private readonly Lazy<TileShape> best;

    /// <summary>The tiles of a device.</summary>
    /// <param name="context">The open device.</param>
    /// <param name="folder">Where the shape is remembered; null: nowhere.</param>
    public TileSizes(OpenClContext context, string? folder)
    {
        this.context = context;
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{context.Device.Identity}\0{KernelSource.Of(KernelProgram.Products)}")))[..32];
        path = folder is null ? null : Path.Combine(folder, $"{key}.tiles");
        best = new(() => Remembered() ?? Search());
    }

    /// <summary>The fastest shape.</summary>
    /// <exception cref="OpenClException">No shape runs on the device.</exception>
    public TileShape Best => best.Value;

    private IEnumerable<TileShape> Candidates => (context.Device.IsCpu ? ForCpu : ForGpu).Where(s =>
        s.GroupRows * s.GroupColumns <= context.Device.WorkGroupItems && s.LocalBytes <= context.Device.LocalMemoryBytes)
        .SelectMany(s => context.Dot != DotProduct.None && s.Lanes == 1 ? [s with { Dot = context.Dot }, s] : new[] { s });

    /// <summary>True for a shape that the search would try: any other was written by someone else.</summary>
    internal bool Takes(TileShape shape) => Candidates.Contains(shape);

    private TileShape? Remembered()
    {
        try
        {
            return path is not null && TileShape.Parse(Encoding.ASCII.GetString(OrdinaryFile.ReadAllBytes(path))) is { } shape
                && Takes(shape) ? shape : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InputException)
        {
            return null;
        }
    }

    private TileShape Search()
    {
        OpenClException? fault = null;
        (TileShape Shape, double Gmacs) fastest = default;
        foreach (TileShape shape in Candidates)
        {
            try
            {
                double gmacs = ProductSpeed.Gmacs(context, context.Device.IsCpu ? SizeOnCpu : SizeOnGpu, shape);
                if (gmacs > fastest.Gmacs)
                    fastest = (shape, gmacs);
            }
            catch (OpenClException failed)
            {
                fault = failed; // too large for the device, or its compiler stumbles: another may do
            }
        }

        if (fastest.Gmacs == 0)
            throw fault ?? new OpenClException(
                $"opencl: '{context.Device.Name}' has too little local memory for any matrix product.");
        Remember(fastest.Shape);
        return fastest.Shape;
    }

    // What cannot be remembered is searched again next time.
    private void Remember(TileShape shape)
    {
        try
        {
            if (path is not null)
                AtomicFile.Write(path, stream => stream.Write(Encoding.ASCII.GetBytes(shape.ToString())));
        }
        catch (InputException)
        {
        }
    }
}
