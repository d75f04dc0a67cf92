using System.Collections.Immutable;
using System.Text.Json;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Json;

/// <summary>One run as JSON, written and read side by side.</summary>
internal static class RunJson
{
    /// <summary>Writes a run.</summary>
    public static void Write(Utf8JsonWriter json, RunResult run)
    {
        json.WriteStartObject();
        json.WriteString("profile", run.Profile);
        json.WriteString("method", run.Method);
        json.WriteString("format", run.Format);
        json.WriteString("scheme", run.Scheme);
        json.WriteNumber("trainedParameters", run.TrainedParameters);
        if (run.Steps is int steps)
            json.WriteNumber("steps", steps);
        json.WriteString("notRunnable", run.NotRunnable);
        Write(json, run.Memory);
        Write(json, run.Cost);
        Write(json, run.Accuracy);
        Write(json, run.Numerics);
        if (run.Setup is { } setup)
        {
            json.WriteStartObject("episodeSetup");
            json.Number("totalCycles", setup.Cycles);
            json.Number("energyJoules", setup.EnergyJoules);
            json.WriteNumber("arenaBytes", setup.ArenaBytes);
            json.WriteEndObject();
        }

        if (!run.Seeds.IsDefault)
            json.Integers("seeds", run.Seeds);
        if (!run.Faults.IsDefaultOrEmpty)
            Write(json, run.Faults);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<RunFault> faults)
    {
        json.WriteStartArray("faults");
        foreach (RunFault fault in faults)
        {
            json.WriteStartObject();
            json.WriteNumber("seed", fault.Seed);
            json.WriteString("kind", JsonText.Name(fault.Kind));
            if (fault.Step is int step)
                json.WriteNumber("step", step);
            json.WriteString("reason", fault.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static RunFault Fault(JsonField field)
    {
        field.Only("seed", "kind", "step", "reason");
        return new(field["seed"].UInt64(), field["kind"].Member<FaultKind>(), field.Optional("step")?.Int32(), field["reason"].Text());
    }

    /// <summary>Reads a run.</summary>
    public static RunResult Read(JsonField field)
    {
        field.Only("profile", "method", "format", "scheme", "trainedParameters", "steps", "notRunnable", "memory", "cost", "accuracy",
            "numerics", "episodeSetup", "seeds", "faults");
        RunResult run = new(
            field["profile"].Text(), field["method"].Text(), field["format"].Text(), field["scheme"].Text(),
            field["trainedParameters"].Count(),
            field["notRunnable"].OrNull(f => f.Text()), Memory(field["memory"]), field["cost"].OrNull(Cost),
            field["accuracy"].OrNull(Accuracy),
            field["numerics"].OrNull(Numerics), field.Optional("episodeSetup") is { } setup ? Setup(setup) : null,
            field.Optional("steps")?.Int32())
        {
            Seeds = field.Optional("seeds")?.Each(s => s.UInt64()) ?? default,
            Faults = field.Optional("faults")?.Each(Fault) ?? default,
        };
        if (!run.Seeds.IsDefault && run.Seeds.Length != (run.Accuracy?.Final.Length ?? 0))
            throw field.Fault($"has {run.Seeds.Length} seeds but {run.Accuracy?.Final.Length ?? 0} finalFraction; one per seed is accepted");
        return run;
    }

    private static SetupResult Setup(JsonField field)
    {
        field.Only("totalCycles", "energyJoules", "arenaBytes");
        return new(field["totalCycles"].Double(), field["energyJoules"].Double(), field["arenaBytes"].Count());
    }

    private static void Write(Utf8JsonWriter json, MemoryResult memory)
    {
        json.WriteStartObject("memory");
        json.WriteNumber("arenaBytes", memory.ArenaBytes);
        json.WriteNumber("peakLiveBytes", memory.PeakLiveBytes);
        json.WriteNumber("persistentBytes", memory.PersistentBytes);
        json.WriteNumber("paperBytes", memory.PaperBytes);
        json.WriteBoolean("fitsScratchpad", memory.FitsScratchpad);
        json.Map("peakByRoleBytes", memory.PeakByRole.Select(p => KeyValuePair.Create(p.Key, (double)p.Value)));
        json.Map("persistentByRoleBytes", memory.PersistentByRole.Select(p => KeyValuePair.Create(p.Key, (double)p.Value)));
        json.WriteString("peakOperation", memory.PeakOp);
        json.Integers("timelineBytes", memory.Timeline);
        json.WriteEndObject();
    }

    private static MemoryResult Memory(JsonField field)
    {
        field.Only("arenaBytes", "peakLiveBytes", "persistentBytes", "paperBytes", "fitsScratchpad", "peakByRoleBytes",
            "persistentByRoleBytes",
            "peakOperation", "timelineBytes");
        return new(
            field["arenaBytes"].Count(), field["peakLiveBytes"].Count(), field["persistentBytes"].Count(),
            field["paperBytes"].Count(),
            field["fitsScratchpad"].Truth(), field["peakByRoleBytes"].Map<TensorRole, long>(f => f.Count()),
            field["persistentByRoleBytes"].Map<TensorRole, long>(f => f.Count()), field["peakOperation"].Text(),
            field["timelineBytes"].Each(f => f.Count()));
    }

    private static void Write(Utf8JsonWriter json, CostResult? cost)
    {
        if (cost is null)
        {
            json.WriteNull("cost");
            return;
        }

        json.WriteStartObject("cost");
        json.Number("totalCycles", cost.Cycles);
        json.Number("computeCycles", cost.ComputeCycles);
        json.Number("exposedTransferCycles", cost.ExposedTransferCycles);
        json.Number("energyJoules", cost.EnergyJoules);
        json.WriteNumber("scratchpadTrafficBytes", cost.ScratchpadTrafficBytes);
        json.WriteNumber("dramTrafficBytes", cost.DramTrafficBytes);
        json.Map("byPhaseCycles", cost.CyclesByPhase);
        json.Number("utilizationFraction", cost.Utilization);
        json.WriteStartArray("layers");
        foreach (LayerCost layer in cost.Layers)
        {
            json.WriteStartObject();
            json.WriteString("layer", layer.Layer);
            json.Number("totalCycles", layer.Cycles);
            json.WriteNumber("macs", layer.Macs);
            json.Number("dramTrafficBytes", layer.DramTrafficBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static CostResult Cost(JsonField field)
    {
        field.Only("totalCycles", "computeCycles", "exposedTransferCycles", "energyJoules", "scratchpadTrafficBytes",
            "dramTrafficBytes",
            "byPhaseCycles", "utilizationFraction", "layers");
        return new(
            field["totalCycles"].Double(), field["computeCycles"].Double(), field["exposedTransferCycles"].Double(),
            field["energyJoules"].Double(),
            field["scratchpadTrafficBytes"].Count(), field["dramTrafficBytes"].Count(),
            field["byPhaseCycles"].Map<Phase, double>(f => f.Double()),
            field["utilizationFraction"].Double(), field["layers"].Each(CostOfLayer));
    }

    private static LayerCost CostOfLayer(JsonField field)
    {
        field.Only("layer", "totalCycles", "macs", "dramTrafficBytes");
        return new(field["layer"].Text(), field["totalCycles"].Double(), field["macs"].Count(), field["dramTrafficBytes"].Double());
    }

    private static void Write(Utf8JsonWriter json, AccuracyResult? accuracy)
    {
        if (accuracy is null)
        {
            json.WriteNull("accuracy");
            return;
        }

        json.WriteStartObject("accuracy");
        json.Numbers("zeroShotFraction", accuracy.ZeroShot);
        json.Numbers("finalFraction", accuracy.Final);
        json.Integers("lossSteps", accuracy.LossSteps);
        json.WriteStartArray("lossNats");
        foreach (var loss in accuracy.Loss)
            json.Numbers(loss);
        json.WriteEndArray();
        if (!accuracy.Episodes.IsDefaultOrEmpty)
        {
            json.WriteStartArray("episodeFraction");
            foreach (var episodes in accuracy.Episodes)
                json.Numbers(episodes);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static AccuracyResult Accuracy(JsonField field)
    {
        field.Only("zeroShotFraction", "finalFraction", "lossSteps", "lossNats", "episodeFraction");
        AccuracyResult accuracy = new(
            field["zeroShotFraction"].Each(f => f.Double()), field["finalFraction"].Each(f => f.Double()),
            field["lossNats"].Each(seed => seed.Each(f => f.Double())), field["lossSteps"].Each(f => f.Int32()),
            field.Optional("episodeFraction")?.Each(seed => seed.Each(f => f.Double())) ?? []);
        if (accuracy.Final.IsEmpty)
            throw field.Fault("has no finalFraction; one per seed is accepted");
        if (accuracy.ZeroShot.Length != accuracy.Final.Length)
            throw field.Fault($"has {accuracy.ZeroShot.Length} zeroShotFraction but {accuracy.Final.Length} finalFraction; one "
                + "per seed is accepted");
        foreach (var loss in accuracy.Loss)
        {
            if (loss.Length != accuracy.LossSteps.Length)
                throw field.Fault($"has {loss.Length} losses for {accuracy.LossSteps.Length} lossSteps; one loss per step is "
                    + "accepted");
        }

        if (!accuracy.Episodes.IsEmpty
            && (accuracy.Episodes.Length != accuracy.Final.Length || accuracy.Episodes.Any(e => e.Length < 2 || e.Length != accuracy.Episodes[0].Length)))
            throw field.Fault("has another episodeFraction than equally many episodes, at least 2, for each seed");
        return accuracy;
    }

    private static void Write(Utf8JsonWriter json, NumericsResult? numerics)
    {
        if (numerics is null)
        {
            json.WriteNull("numerics");
            return;
        }

        json.WriteStartObject("numerics");
        json.Number("roundedAwayFraction", numerics.RoundedAwayShare);
        json.Number("tiedLossFraction", numerics.TiedLossShare);
        json.WriteStartArray("epsilon");
        foreach (EpsilonSteps epsilon in numerics.Epsilon)
        {
            json.WriteStartObject();
            json.WriteString("tensor", epsilon.Tensor);
            json.Number("weightStepValue", epsilon.Scale);
            json.WriteNumber("epsilonSteps", epsilon.Steps);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("layers");
        foreach (LayerOverflow layer in numerics.Layers)
        {
            json.WriteStartObject();
            json.WriteString("layer", layer.Layer);
            json.WriteNumber("accumulations", layer.Accumulations);
            json.WriteNumber("overflowed", layer.Overflowed);
            json.WriteNumber("clipped", layer.Clipped);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static NumericsResult Numerics(JsonField field)
    {
        field.Only("roundedAwayFraction", "tiedLossFraction", "epsilon", "layers");
        return new(field["epsilon"].Each(Epsilon), field["roundedAwayFraction"].Double(), field["tiedLossFraction"].Double(),
            field["layers"].Each(Layer));
    }

    private static EpsilonSteps Epsilon(JsonField field)
    {
        field.Only("tensor", "weightStepValue", "epsilonSteps");
        return new(field["tensor"].Text(), field["weightStepValue"].Double(), field["epsilonSteps"].Int32());
    }

    private static LayerOverflow Layer(JsonField field)
    {
        field.Only("layer", "accumulations", "overflowed", "clipped");
        return new(field["layer"].Text(), field["accumulations"].Count(), field["overflowed"].Count(), field["clipped"].Count());
    }
}
