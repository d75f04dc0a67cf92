using System.Text.Json;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Json;

/// <summary>Study, workload, profiles and host as JSON, written and read side by side.</summary>
internal static class StudyJson
{
    /// <summary>Writes the whole document.</summary>
    public static void Write(Utf8JsonWriter json, StudyResult study)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", ResultsJson.SchemaVersion);
        json.WriteString("tool", study.Tool);
        json.WriteString("command", study.Command);
        json.WriteBoolean("complete", study.IsComplete);
        Write(json, study.Workload);
        json.WriteStartArray("profiles");
        foreach (ProfileSummary profile in study.Profiles)
            Write(json, profile);
        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (RunResult run in study.Runs)
            RunJson.Write(json, run);
        json.WriteEndArray();
        json.WriteStartObject("host");
        json.Number("wallClockSeconds", study.Host.Seconds);
        json.WriteNumber("threads", study.Host.Threads);
        json.WriteString("processor", study.Host.Processor);
        if (study.Host.Files is { IsEmpty: false } files)
        {
            json.WriteStartObject("filesSha256");
            foreach ((string name, string hash) in files)
                json.WriteString(name, hash);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads the whole document.</summary>
    public static StudyResult Read(JsonField root)
    {
        root.Only("schemaVersion", "tool", "command", "complete", "workload", "profiles", "runs", "host");
        StudyResult study = new(
            root["schemaVersion"].Int32(), root["tool"].Text(), root["command"].Text(), Workload(root["workload"]),
            root["profiles"].Each(Profile), root["runs"].Each(RunJson.Read), Host(root["host"]))
        {
            IsComplete = root.Optional("complete")?.Truth() ?? true, // earlier versions wrote nothing else
        };
        HashSet<string> names = [.. study.Profiles.Select(p => p.Name)];
        for (int i = 0; i < study.Runs.Length; i++)
        {
            if (!names.Contains(study.Runs[i].Profile))
                throw root.Fault($"has runs[{i}] of the profile \"{PlainText.Fit(PlainText.Line(study.Runs[i].Profile), 40)}\", "
                    + "which profiles does not list");
        }

        return study;
    }

    private static void Write(Utf8JsonWriter json, WorkloadSummary workload)
    {
        json.WriteStartObject("workload");
        json.WriteString("name", workload.Name);
        json.WriteString("description", workload.Description);
        json.WriteString("model", workload.Model);
        json.WriteNumber("parameters", workload.Parameters);
        json.WriteNumber("macsPerSample", workload.MacsPerSample);
        json.WriteNumber("batch", workload.Batch);
        json.WriteNumber("steps", workload.Steps);
        json.WriteNumber("trainSamples", workload.TrainSamples);
        json.WriteNumber("testSamples", workload.TestSamples);
        json.Integers("seeds", workload.Seeds);
        json.WriteString("yaml", workload.Yaml);
        json.WriteEndObject();
    }

    private static WorkloadSummary Workload(JsonField field)
    {
        field.Only("name", "description", "model", "parameters", "macsPerSample", "batch", "steps", "trainSamples",
            "testSamples", "seeds", "yaml");
        return new(
            field["name"].Text(), field["description"].Text(), field["model"].Text(), field["parameters"].Count(),
            field["macsPerSample"].Count(),
            field["batch"].Int32(), field["steps"].Int32(), field["trainSamples"].Int32(), field["testSamples"].Int32(),
            field["seeds"].Each(s => s.UInt64()), field["yaml"].Text());
    }

    private static void Write(Utf8JsonWriter json, ProfileSummary profile)
    {
        json.WriteStartObject();
        json.WriteString("name", profile.Name);
        json.WriteString("description", profile.Description);
        json.WriteNumber("scratchpadBytes", profile.ScratchpadBytes);
        json.Number("clockHertz", profile.ClockHz);
        json.WriteString("yaml", profile.Yaml);
        json.WriteEndObject();
    }

    private static ProfileSummary Profile(JsonField field)
    {
        field.Only("name", "description", "scratchpadBytes", "clockHertz", "yaml");
        return new(
            field["name"].Text(), field["description"].Text(), field["scratchpadBytes"].Count(), field["clockHertz"].Double(),
            field["yaml"].Text());
    }

    private static HostTimings Host(JsonField field)
    {
        field.Only("wallClockSeconds", "threads", "processor", "filesSha256");
        return new(field["wallClockSeconds"].Double(), field["threads"].Int32(), field["processor"].Text())
        {
            Files = field.Optional("filesSha256")?.Texts(),
        };
    }
}
