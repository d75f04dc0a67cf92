using System.Text.Json;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Json;

/// <summary>
/// The file <c>landscape.json</c>: axes, losses row by row, trajectories; docs/landscape.schema.json is its schema. null stands
/// for a number that is not finite.
/// </summary>
internal static class LandscapeJson
{
    /// <summary>What the file is called in the folder of a study.</summary>
    public const string FileName = "landscape.json";

    /// <summary>Writes the landscape in UTF-8 without a byte-order mark.</summary>
    public static void Write(Landscape landscape, Stream output)
    {
        using (Utf8JsonWriter json = new(output, JsonText.Layout))
            Write(json, landscape);
        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, Landscape landscape)
    {
        (LandscapeRequest request, LandscapeResult result) = (landscape.Request, landscape.Result);
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 1);
        json.WriteString("generator", landscape.Generator);
        json.WriteString("command", landscape.Command);
        json.WriteString("workload", landscape.Workload);
        json.WriteString("profile", landscape.Profile);
        json.WriteString("scheme", request.Scheme.Name);
        json.WriteNumber("seed", request.Seed);
        json.WriteNumber("samples", request.Samples);
        json.Numbers("x", result.Xs);
        json.Numbers("y", result.Ys);
        json.WriteStartArray("lossRows");
        for (int row = 0; row < result.Ys.Length; row++)
            json.Numbers(Enumerable.Range(0, result.Xs.Length).Select(column => result.Losses[column, row]));
        json.WriteEndArray();
        json.WriteStartArray("trajectories");
        foreach (Trajectory way in result.Trajectories)
        {
            json.WriteStartObject();
            json.WriteString("method", way.Method);
            json.Number("zeroShotFraction", way.ZeroShot);
            json.Number("finalFraction", way.Final);
            json.Number("travelled", way.Travelled);
            json.Number("displacement", way.Displacement);
            json.Number("inPlaneFraction", way.InPlane);
            json.Integers("step", way.Points.Select(p => p.Step));
            json.Numbers("x", way.Points.Select(p => p.X));
            json.Numbers("y", way.Points.Select(p => p.Y));
            json.Numbers("loss", way.Points.Select(p => p.Loss));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
