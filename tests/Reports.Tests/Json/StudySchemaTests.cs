using System.Text;
using NpuSim.Accelerators.Numerics;
using NpuSim.Reports.Json;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Reports.Tests.Json;

/// <summary>What <c>npusim study</c> writes is what the published schemas say.</summary>
[TestFixture]
internal sealed class StudySchemaTests
{
    private static readonly TrainingSettings Settings = new(20, 0.1, Decay.Linear);

    [Test]
    public void The_schema_of_a_landscape_accepts_what_is_written_and_nothing_else()
    {
        string text = Landscape();
        Assert.Multiple(() =>
        {
            Assert.That(Faults("landscape.schema.json", text), Is.Empty);
            foreach ((string good, string bad) in new[]
            {
                ("\"schemaVersion\": 1", "\"schemaVersion\": 2"), ("\"samples\": 16", "\"samples\": -16"),
                    ("\"travelled\"", "\"traveled\""),
                ("\"lossRows\": [", "\"more\": 1, \"lossRows\": ["), ("\"step\": [0, 20]", "\"step\": [0.5, 20]"),
                ("\"method\": \"bp:fp32\"", "\"method\": null"),
            })
            {
                string damaged = text.Replace(good, bad, StringComparison.Ordinal);
                Assert.That(damaged, Is.Not.EqualTo(text), good);
                Assert.That(Faults("landscape.schema.json", damaged), Is.Not.Empty, bad);
            }
        });
    }

    [Test]
    public void The_schema_of_a_search_for_a_sparse_update_accepts_what_is_written_and_nothing_else()
    {
        SparseBackpropResult found = new(
            0.5, 1000, 2000, [new(new("conv1", 0.5), 0.25, 1500), new(new("head", 0), double.NaN, 1200)], new("ft", 0.9, 4000),
            new("sparse:conv1=0.5", 0.75, 1500));
        string text = Sparse(found);
        Assert.Multiple(() =>
        {
            Assert.That(Faults("sparse-backprop.schema.json", text), Is.Empty);
            Assert.That(Faults("sparse-backprop.schema.json", Sparse(found with { Best = null })), Is.Empty);
            foreach ((string good, string bad) in new[]
            {
                ("\"limitBytes\": 2000", "\"limitBytes\": 0.5"), ("\"gainFraction\": 0.25", "\"gain\": 0.25"),
                    ("\"best\": {", "\"worst\": {"),
                ("\"scheme\": \"ft\"", "\"scheme\": 1"),
            })
            {
                string damaged = text.Replace(good, bad, StringComparison.Ordinal);
                Assert.That(damaged, Is.Not.EqualTo(text), good);
                Assert.That(Faults("sparse-backprop.schema.json", damaged), Is.Not.Empty, bad);
            }
        });
    }

    private static string Landscape()
    {
        Method method = Method.Parse("bp:fp32");
        LandscapeRequest request = new([new(method, Settings, (NumericPolicy?)null)], TuningScheme.Full, 1, 20, 16, 2, 1);
        LandscapeResult result = new(
            [-1, 1], [-2, 2], new double[,] { { 1, 2 }, { 3, double.PositiveInfinity } },
            [new(method.ToString(), 0.5, 0.75, [new(0, -0.5, 0, 1.5), new(20, 0, 0, 0.5)], 0.5, 0.5, 1)]);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("npusim-landscape-");
        try
        {
            using (StudyFolder place = StudyFolder.Open(folder, FolderUse.New, LandscapeSet.FileName))
                LandscapeSet.Write(new Landscape("npusim 0.1.0", "npusim study landscape", "glyphs-cnn", "npu", request, result),
                    place);
            return File.ReadAllText(Path.Combine(folder.FullName, "landscape.json"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Sparse(SparseBackpropResult result)
    {
        using MemoryStream output = new();
        SparseBackpropJson.Write(
            "glyphs-cnn", new SparseBackpropRequest((Backpropagation)Method.Parse("bp:fp32+compact"), Settings, 1, null, 5, 16,
                1), result, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static IReadOnlyList<string> Faults(string schema, string document) =>
        new JsonSchema(File.ReadAllText(Repository.At("docs", schema))).Faults(document);
}
