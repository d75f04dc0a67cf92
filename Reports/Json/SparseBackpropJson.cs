using System.Text.Json;
using NpuSim.Reports.JsonForms;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Json;

/// <summary>What <c>npusim study sparse-backprop --json</c> prints; docs/sparse-backprop.schema.json is its schema.</summary>
public static class SparseBackpropJson
{
    /// <summary>Writes the outcome of a search in UTF-8 without a byte-order mark.</summary>
    /// <param name="workload">Name of the workload.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="result">What was found.</param>
    /// <param name="output">Where to.</param>
    public static void Write(string workload, SparseBackpropRequest request, SparseBackpropResult result, Stream output)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, JsonText.Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            json.WriteString("workload", workload);
            json.WriteString("method", request.Method.ToString());
            json.WriteNumber("steps", request.Settings.Steps);
            json.WriteNumber("seed", request.Seed);
            json.Number("zeroShotFraction", result.ZeroShot);
            json.WriteNumber("inferenceBytes", result.InferenceBytes);
            json.WriteNumber("limitBytes", result.MemoryBytes);
            json.WriteStartArray("contributions");
            foreach (LayerContribution contribution in result.Contributions)
                Write(json, contribution);
            json.WriteEndArray();
            Write(json, "full", result.Full);
            Write(json, "best", result.Best);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, LayerContribution contribution)
    {
        json.WriteStartObject();
        json.WriteString("layer", contribution.Layer.Layer);
        json.Number("shareFraction", contribution.Layer.Share);
        json.Number("gainFraction", contribution.Gain);
        json.WriteNumber("arenaBytes", contribution.ArenaBytes);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string key, TrainedScheme? training)
    {
        if (training is null)
        {
            json.WriteNull(key);
            return;
        }

        json.WriteStartObject(key);
        json.WriteString("scheme", training.Scheme);
        json.Number("finalFraction", training.Accuracy);
        json.WriteNumber("arenaBytes", training.ArenaBytes);
        json.WriteEndObject();
    }
}
