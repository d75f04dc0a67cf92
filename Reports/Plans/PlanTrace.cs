using System.Text.Json;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Plans;

/// <summary>
/// Plans in the trace event format of Chrome, which Perfetto opens: a process for each run; in it a track for engine, vector unit
/// and host, on which computing, waiting and restaging follow each other and add up to the plan's time; a track for each memory
/// with the time in which an operation's bytes pass; counters of live bytes and of bytes per cycle from outside.
/// </summary>
public static class PlanTrace
{
    /// <summary>Writes the runs that have a cost. Times are microseconds of the accelerator.</summary>
    public static void Write(IEnumerable<PlannedRun> runs, Stream output)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = false });
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartArray("traceEvents");
        int process = 0;
        foreach (PlannedRun run in runs.Where(r => r.Reading.Cost is not null))
            Write(json, run, ++process);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    private static void Write(Utf8JsonWriter json, PlannedRun run, int process)
    {
        PlanCost cost = run.Reading.Cost!;
        Name(json, "process_name", process, 0, $"{run.Reading.Profile.Name}: {run.Label}");
        for (int i = 0; i < PlanSpan.Tracks.Length; i++)
            Name(json, "thread_name", process, i + 1, PlanSpan.Tracks[i]);

        double microseconds = 1e6 / cost.ClockHz, at = 0;
        foreach (OpCost op in cost.Ops)
        {
            PlannedOp planned = run.Reading.Plan.Ops[op.Index];
            Counter(json, process, at * microseconds, "live bytes", run.Reading.Layout.Timeline[op.Index]);
            Counter(json, process, at * microseconds, "bytes per cycle from outside", op.Cycles > 0
                ? op.Traffic.External / op.Cycles : 0);
            foreach (PlanSpan span in PlanSpan.Of(run, op, at))
                Span(span, op, planned);
            at += op.Cycles;
        }

        Counter(json, process, at * microseconds, "live bytes", 0);
        Counter(json, process, at * microseconds, "bytes per cycle from outside", 0);

        void Span(PlanSpan span, OpCost op, PlannedOp planned)
        {
            Head(json, span.Name, "X", process, span.Track + 1, span.From * microseconds);
            json.WriteString("cat", span.Category);
            json.WriteNumber("dur", (span.To - span.From) * microseconds);
            json.WriteStartObject("args");
            json.WriteNumber("cycles", span.To - span.From);
            json.WriteString("operation", planned.Op.Name);
            json.WriteString("phase", op.Phase.ToString().ToLowerInvariant());
            if (span.Port is { } port)
                json.WriteNumber("bytes", port.Bytes);
            if (span.Category == "compute" && op.Macs > 0)
                json.WriteNumber("macs", op.Macs);
            if (span.Waits is { } waits)
                json.WriteString("waitsFor", waits);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void Name(Utf8JsonWriter json, string what, int process, int track, string name)
    {
        Head(json, what, "M", process, track, 0);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Counter(Utf8JsonWriter json, int process, double at, string name, double value)
    {
        Head(json, name, "C", process, 0, at);
        json.WriteStartObject("args");
        json.WriteNumber("value", value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, string name, string phase, int process, int track, double at)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", phase);
        json.WriteNumber("pid", process);
        json.WriteNumber("tid", track);
        json.WriteNumber("ts", at);
    }
}
