using System.Text.Json;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Studies.Figures;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Plans;

/// <summary>Plans for scripts: every figure with its unit in the key, bytes and cycles exact.</summary>
public static class PlanJson
{
    /// <summary>Writes the runs.</summary>
    /// <param name="network">The network; null for a single layer.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="layers">True: every operation too.</param>
    /// <param name="output">Where to.</param>
    public static void Write(PlannedNetwork? network, IEnumerable<PlannedRun> runs, bool layers, Stream output)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2); // 1 called paperBytes paperConventionBytes
        if (network is not null)
        {
            json.WriteString("model", network.Name);
            json.WriteString("input", network.Input);
            json.WriteNumber("batch", network.Batch);
            json.WriteNumber("parameters", network.Parameters);
            json.WriteNumber("forwardMacs", network.ForwardMacs);
        }

        json.WriteStartArray("plans");
        foreach (PlannedRun run in runs)
            Write(json, run, layers);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, PlannedRun run, bool layers)
    {
        json.WriteStartObject();
        json.WriteString("profile", run.Reading.Profile.Name);
        json.WriteString("task", run.Task);
        json.WriteString("format", run.Format);
        json.WriteString("scheme", run.Scheme);
        if (run.Operands is not null)
            json.WriteString("operands", run.Operands);
        json.WriteString("notRunnable", run.Reading.NotRunnable);
        Memory(json, run);
        if (run.Reading.Cost is { } cost)
            Cost(json, cost, run, layers);
        else
            json.WriteNull("cost");
        json.WriteEndObject();
    }

    private static void Memory(Utf8JsonWriter json, PlannedRun run)
    {
        MemoryLayout layout = run.Reading.Layout;
        json.WriteStartObject("memory");
        json.WriteNumber(MemoryFigures.PeakLive.Key, layout.PeakLiveBytes);
        json.WriteString(MemoryFigures.PeakOperation.Key, layout.PeakOp < 0 ? null : run.Reading.Plan.Ops[layout.PeakOp].Name);
        json.WriteNumber(MemoryFigures.Arena.Key, layout.ArenaBytes);
        json.WriteString("arenaStrategy", JsonText.Name(layout.Strategy));
        json.WriteBoolean(MemoryFigures.Fits.Key, run.Reading.FitsScratchpad);
        Optional(json, "samplesAtOnceThatFit", run.FittingSamples);
        json.WriteNumber("smallestSramWithoutSpillBytes", run.Reading.NoSpillBytes);
        Optional(json, MemoryFigures.Paper.Key, run.PaperBytes);
        Optional(json, "onDeviceAnalyticBytes", run.OnDeviceBytes);
        json.WriteNumber("weightGradientBytes", run.Reading.WeightGradientBytes);
        Map(json, "peakByRoleBytes", layout.PeakByRole.Select(p => (JsonText.Name(p.Key), (double)p.Value)));
        Map(json, "persistentByRoleBytes", layout.PersistentByRole.Select(p => (JsonText.Name(p.Key), (double)p.Value)));
        Map(json, "persistentByMemoryBytes", run.Reading.PersistentByPlace.Select(p => (JsonText.Name(p.Key), (double)p.Value)));
        json.WriteStartArray("timelineBytes");
        foreach (long bytes in layout.Timeline)
            json.WriteNumberValue(bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Cost(Utf8JsonWriter json, PlanCost cost, PlannedRun run, bool layers)
    {
        json.WriteStartObject("cost");
        json.WriteNumber(CostFigures.Cycles.Key, cost.Cycles);
        json.WriteNumber(CostFigures.Compute.Key, cost.ComputeCycles);
        json.WriteNumber(CostFigures.Waiting.Key, cost.ExposedTransferCycles);
        json.WriteNumber("hiddenTransferCycles", cost.HiddenTransferCycles);
        if (run.Reading.Profile.Weights is not null)
            json.WriteNumber("restageCycles", cost.RestageCycles);
        json.WriteNumber("seconds", cost.Seconds);
        json.WriteNumber(CostFigures.Energy.Key, cost.EnergyJoules);
        json.WriteNumber(CostFigures.Utilization.Key, cost.Utilization);
        json.WriteNumber(CostFigures.Scratchpad.Key, cost.Traffic.Scratchpad);
        json.WriteNumber("weightMemoryTrafficBytes", cost.Traffic.WeightsRead);
        json.WriteNumber(CostFigures.Dram.Key, cost.Traffic.Dram);
        json.WriteString("placement", cost.Residency.Name);
        json.WriteNumber("scratchpadLiveBytes", run.Reading.ScratchpadLiveBytes);
        json.WriteNumber("spilledBytes", cost.Residency.SpilledBytes);
        Map(json, "byPhaseCycles", cost.CyclesByPhase.Select(p => (JsonText.Name(p.Key), p.Value)));
        if (layers)
            Layers(json, cost, run.Reading.Plan);
        json.WriteEndObject();
    }

    private static void Layers(Utf8JsonWriter json, PlanCost cost, Plan plan)
    {
        json.WriteStartArray("operations");
        foreach (OpCost op in cost.Ops)
        {
            json.WriteStartObject();
            json.WriteString("name", op.Name);
            json.WriteString("operation", plan.Ops[op.Index].Op.Name);
            json.WriteString("phase", JsonText.Name(op.Phase));
            json.WriteString("unit", JsonText.Name(op.Unit));
            json.WriteNumber("macs", op.Macs);
            json.WriteNumber("totalCycles", op.Cycles);
            json.WriteNumber("computeCycles", op.ComputeCycles);
            json.WriteNumber("exposedTransferCycles", op.ExposedTransferCycles);
            json.WriteNumber("scratchpadTrafficBytes", op.Traffic.Scratchpad);
            json.WriteNumber("externalTrafficBytes", op.Traffic.External);
            if (op is { Macs: > 0, Traffic.External: > 0 })
                json.WriteNumber("macsPerExternalByte", op.MacsPerExternalByte);
            json.WriteBoolean("isMemoryBound", op.IsMemoryBound);
            json.WriteNumber("energyJoules", op.EnergyJoules);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Map(Utf8JsonWriter json, string key, IEnumerable<(string Name, double Value)> values)
    {
        json.WriteStartObject(key);
        foreach ((string name, double value) in values)
            json.WriteNumber(name, value);
        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string key, double? value)
    {
        if (value is double number)
            json.WriteNumber(key, number);
        else
            json.WriteNull(key);
    }
}
