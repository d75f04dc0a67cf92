using NpuSim.Accelerators.OpenCl;
using NpuSim.Support.OpenCl;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>Compiled programs and tile shapes are kept on disk, and a damaged file costs time only.</summary>
public sealed class CacheTests
{
    private const string Options =
        "-cl-std=CL1.2 -DROUNDING=2 -DREQUANTIZATION=0 -DNARROWING=SATURATE -DZERO_POINT_BEFORE=0 -DSEQUENTIAL=1 -DONE=36";

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-opencl-cache-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_program_is_compiled_once_and_a_damaged_file_is_replaced()
    {
        _ = OpenDevice.Context;
        Assert.That(Compilations(), Is.EqualTo(1), "nothing kept yet");
        Assert.That(Compilations(), Is.Zero, "kept");
        string file = Directory.GetFiles(folder, "*.clbin").Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.That(Compilations(), Is.EqualTo(1), "a bit has changed");
        Assert.That(Compilations(), Is.Zero, "replaced");
        File.WriteAllBytes(file, []);
        Assert.That(Compilations(), Is.EqualTo(1), "empty");
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_no_fault()
    {
        _ = OpenDevice.Context;
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.That(Compilations(Path.Combine(file, "below")), Is.EqualTo(1));
    }

    [Test]
    public void A_remembered_tile_shape_is_taken_and_a_strange_one_is_not()
    {
        _ = OpenDevice.Context;
        using OpenClContext first = new(OpenClDevice.Find(null), folder);
        TileShape found = first.Tiles.Best;
        string file = Directory.GetFiles(folder, "*.tiles").Single();
        Assert.That(TileShape.Parse(File.ReadAllText(file)), Is.EqualTo(found));
        TileShape other = found == new TileShape(8, 2, 8) ? new TileShape(8, 2, 16) : new TileShape(8, 2, 8);
        File.WriteAllText(file, other.ToString());
        using OpenClContext second = new(OpenClDevice.Find(null), folder);
        Assert.That(second.Tiles.Best, Is.EqualTo(other), "what the file says");
        foreach (string text in new[] { "1000 1 1 1 1 0 0", "8 2 16 1 1 0 3", "8 2 16 1 1 0", "8 2", "" })
            Assert.That(TileShape.Parse(text) is { } shape && first.Tiles.Takes(shape), Is.False, $"'{text}'");
    }

    private unsafe int Compilations(string? where = null)
    {
        int compilations = 0;
        PlayedDriver driver = new();
        driver.Play<Functions.CreateProgramWithSource>("clCreateProgramWithSource",
            real => (handle, count, texts, sizes, error) =>
        {
            compilations++;
            return real(handle, count, texts, sizes, error);
        });
        using OpenClContext context = new(OpenClDevice.Find(driver.Api, null), where ?? folder);
        _ = context.Program(KernelProgram.Layers, Options);
        return compilations;
    }
}
