using System.Collections.Immutable;
using System.Text.Json;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Studies.Figures;
using NpuSim.Simulator.Studies;

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
        Write(json, "memory", MemoryFigures.Json, run.Memory);
        Write(json, "cost", CostFigures.Json, run.Cost);
        if (run.ProvenBy is { } proof)
            json.WriteString("provenBy", proof);
        Write(json, run.Accuracy);
        Write(json, "numerics", NumericsFigures.Json, run.Numerics);
        if (run.Setup is { } setup)
            Write(json, "episodeSetup", SetupFigures.Json, setup);
        if (!run.Seeds.IsDefault)
            json.Integers("seeds", run.Seeds);
        if (!run.Faults.IsDefaultOrEmpty)
            Write(json, run.Faults);
        json.WriteEndObject();
    }

    private static void Write<T>(Utf8JsonWriter json, string key, JsonRecord<T> form, T? part) where T : class
    {
        json.WritePropertyName(key);
        if (part is null)
            json.WriteNullValue();
        else
            form.Write(json, part);
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
        return new(field["seed"].UInt64(), field["kind"].Member<FaultKind>(), field.Optional("step")?.Int32(),
            field["reason"].Text());
    }

    /// <summary>Reads a run.</summary>
    public static RunResult Read(JsonField field)
    {
        field.Only("profile", "method", "format", "scheme", "trainedParameters", "steps", "notRunnable", "memory",
            "cost", "provenBy", "accuracy",
            "numerics", "episodeSetup", "seeds", "faults");
        RunResult run = new(
            field["profile"].Text(), field["method"].Text(), field["format"].Text(), field["scheme"].Text(),
            field["trainedParameters"].Count(),
            field["notRunnable"].OrNull(f => f.Text()), MemoryFigures.Json.Read(field["memory"]),
            field["cost"].OrNull(CostFigures.Json.Read),
            field["accuracy"].OrNull(Accuracy),
            field["numerics"].OrNull(NumericsFigures.Json.Read),
            field.Optional("episodeSetup") is { } setup ? SetupFigures.Json.Read(setup) : null,
            field.Optional("steps")?.Int32())
        {
            ProvenBy = field.Optional("provenBy")?.Text(),
            Seeds = field.Optional("seeds")?.Each(s => s.UInt64()) ?? default,
            Faults = field.Optional("faults")?.Each(Fault) ?? default,
        };
        if (!run.Seeds.IsDefault && run.Seeds.Length != (run.Accuracy?.Final.Length ?? 0))
            throw field.Fault(
                $"has {run.Seeds.Length} seeds but {run.Accuracy?.Final.Length ?? 0} finalFraction; one per seed is accepted");
        return run;
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

        if (!accuracy.CurveSteps.IsEmpty)
        {
            json.Integers("curveSteps", accuracy.CurveSteps);
            json.WriteStartArray("curveFraction");
            foreach (var seed in accuracy.Curve)
                json.Numbers(seed);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static AccuracyResult Accuracy(JsonField field)
    {
        field.Only("zeroShotFraction", "finalFraction", "lossSteps", "lossNats", "episodeFraction", "curveSteps",
            "curveFraction");
        AccuracyResult accuracy = new(
            field["zeroShotFraction"].Each(f => f.Double()), field["finalFraction"].Each(f => f.Double()),
            field["lossNats"].Each(seed => seed.Each(f => f.Double())), field["lossSteps"].Each(f => f.Int32()),
            field.Optional("episodeFraction")?.Each(seed => seed.Each(f => f.Double())) ?? [])
        {
            CurveSteps = field.Optional("curveSteps")?.Each(f => f.Int32()) ?? [],
            Curve = field.Optional("curveFraction")?.Each(seed => seed.Each(f => f.Double())) ?? [],
        };
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

        if (accuracy.Curve.Length != (accuracy.CurveSteps.IsEmpty ? 0 : accuracy.Final.Length)
            || accuracy.Curve.Any(c => c.Length != accuracy.CurveSteps.Length)
            || accuracy.CurveSteps.Prepend(-1).Zip(accuracy.CurveSteps.Prepend(-1).Skip(1)).Any(s => s.First >= s.Second)
            || (!accuracy.CurveSteps.IsEmpty && accuracy.CurveSteps is not [0, _, ..]))
            throw field.Fault("has another curveFraction than one accuracy per curveSteps, which rise from 0, for each seed");
        if (!accuracy.Episodes.IsEmpty
            && (accuracy.Episodes.Length != accuracy.Final.Length
                || accuracy.Episodes.Any(e => e.Length < 2 || e.Length != accuracy.Episodes[0].Length)))
            throw field.Fault("has another episodeFraction than equally many episodes, at least 2, for each seed");
        return accuracy;
    }
}
