using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using k8s;
using k8s.Models;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class SweepCommandTests : CommandTests
{
    internal static readonly string[] Files = ["points.csv", "points.parquet", "sweep.json", "report.html"];

    [Test]
    public void Each_point_is_what_plan_says_of_that_profile_to_the_last_digit()
    {
        Npusim.Run("study", "sweep", "-n", "cnn-small", "-b", "3", "-m", "qzo-ff:8w8a", "bp:fp32", "-s", "lp", "--vary",
            "engine.{rows,columns}=8,24",
            "memory.scratchpad.size=4KiB,64KiB", "-o", "sweep").Succeeded();
        JsonElement sweep = JsonDocument.Parse(File.ReadAllBytes(In("sweep", "sweep.json"))).RootElement;
        string[] columns = [.. sweep.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];
        JsonElement[] rows = [.. sweep.GetProperty("rows").EnumerateArray()];
        Assert.That(rows, Has.Length.EqualTo(8));
        foreach (JsonElement row in rows)
        {
            JsonElement Cell(string name) => row[Array.IndexOf(columns, name)];
            JsonElement plan = JsonDocument.Parse(Npusim.Run("plan", "--model", "cnn-small", "-b", "3", "-p", Cell("Profile")
                .GetString()!, "-m", Cell("Method").GetString()!,
                "-s", Cell("Scheme").GetString()!, "--set", $"engine.rows={Cell("engine.rows")}",
                    $"engine.columns={Cell("engine.columns")}",
                $"memory.scratchpad.size={Cell("memory.scratchpad.size")}B", "--json").Succeeded().OutputBytes).RootElement
                .GetProperty("plans").EnumerateArray().Single(p => p.GetProperty("task").GetString() != "inference");
            Assert.Multiple(() =>
            {
                Assert.That(Cell("Scratch").GetInt64(),
                    Is.EqualTo(plan.GetProperty("memory").GetProperty("arenaBytes").GetInt64()));
                Assert.That(Cell("Cycles").GetDouble(),
                    Is.EqualTo(plan.GetProperty("cost").GetProperty("totalCycles").GetDouble()));
                Assert.That(Cell("Energy").GetDouble(),
                    Is.EqualTo(plan.GetProperty("cost").GetProperty("energyJoules").GetDouble()));
            });
        }

        string[] csv = File.ReadAllLines(In("sweep", "points.csv"));
        Assert.That(csv, Has.Length.EqualTo(9));
        Assert.That(csv[0], Does.StartWith(
            "Point,Profile,engine.rows,engine.columns,memory.scratchpad.size (B),Network,Batch,Method,Scheme,Values,"));
        Assert.That(csv[1], Does.Contain(
            $",{rows[0][Array.IndexOf(columns, "Cycles")].GetDouble().ToString("R", CultureInfo.InvariantCulture)},"));
    }

    [Test]
    public void Each_trained_point_is_what_run_says_of_that_profile_alone()
    {
        Npusim.Run("study", "sweep", "-p", "systolic-int8-16x16", "-n", "glyphs-cnn", "-m", "qzo-ff:8w8a", "bp:8w8a", "-s", "lp",
            "--vary", "numerics.requantization=single,float32", "--seeds", "1", "--steps", "6", "-o", "sweep").Succeeded();
        JsonElement sweep = JsonDocument.Parse(File.ReadAllBytes(In("sweep", "sweep.json"))).RootElement;
        string[] columns = [.. sweep.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];
        JsonElement[] trainings = [.. Directory.GetFiles(In("sweep", "trainings"))
            .Select(f => JsonDocument.Parse(File.ReadAllBytes(f)).RootElement)];
        foreach (JsonElement row in sweep.GetProperty("rows").EnumerateArray())
        {
            string Cell(string name) => row[Array.IndexOf(columns, name)].ToString();
            string requantization = Cell("numerics.requantization");
            string run = Npusim.Run("run", "-w", "glyphs-cnn", "-p", Cell("Profile"), "-m", Cell("Method"), "-s", "lp",
                "--set", $"numerics.requantization={requantization}", "--steps", "6", "--seed", "1").Succeeded().Output;
            JsonElement training = trainings.Single(t => t.GetProperty("run").GetString() == $"{Cell("Method")} lp"
                && t.GetProperty("identity").GetString()!.Contains($"Requantization = {requantization}",
                    StringComparison.OrdinalIgnoreCase));
            Assert.Multiple(() =>
            {
                Assert.That(run, Does.Contain(string.Create(CultureInfo.InvariantCulture,
                    $"{Number("Accuracy before"):F1} % before, {Number("Accuracy"):F1} % after")), "accuracy");
                foreach (JsonElement loss in training.GetProperty("losses").EnumerateArray())
                    Assert.That(run, Does.Contain(loss.GetDouble().ToString("F4", CultureInfo.InvariantCulture)), "loss");
            });

            double Number(string name) => row[Array.IndexOf(columns, name)].GetDouble();
        }
    }

    [Test]
    public void A_study_that_was_killed_goes_on_and_ends_with_the_same_bytes()
    {
        string[] study = ["study", "sweep", "-n", "vit-small", "ds-cnn", "-m", "bp:8w8a", "qzo-ff:8w8a", "-b", "1", "2", "--vary",
            "engine.rows=1..160", "--threads", "1"];
        Npusim.Run([.. study, "-o", "whole"]).Succeeded();
        for (int records = 1; records <= 3; records++)
        {
            using Process process = Npusim.Start([.. study, "-o", "killed"]);
            Stopwatch clock = Stopwatch.StartNew();
            while (!process.HasExited && Kept() < records && clock.Elapsed < TimeSpan.FromMinutes(2))
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
            Assert.That(File.Exists(In("killed", "sweep.json")), Is.False, "it was killed before its end");
        }

        int kept = Kept();
        Assert.That(Npusim.Run([.. study, "-o", "killed", "--status"]).Succeeded().Output, Does.Not.Contain(" 0 known"));
        Assert.That(Kept(), Is.EqualTo(kept), "--status runs nothing");
        Npusim.Run([.. study, "-o", "killed"]).Succeeded();
        foreach (string file in Files)
            Assert.That(File.ReadAllBytes(In("killed", file)), Is.EqualTo(File.ReadAllBytes(In("whole", file))), file);
        Assert.That(Npusim.Run("study", "sweep", "-o", "killed").Succeeded().Output, Does.Contain("1280 known, 0 to price"),
            "the folder knows its study");

        int Kept() => Directory.Exists(In("killed", "points")) ? Directory.GetFiles(In("killed", "points"), "*.jsonl").Length : 0;
    }

    [Test]
    public void Tasks_that_share_a_folder_end_with_the_bytes_of_one_even_when_one_of_them_is_killed()
    {
        string[] study = ["-n", "ds-cnn", "glyphs-cnn", "-m", "bp:8w8a", "qzo-ff:8w8a", "-s", "lp", "--vary",
            "numerics.accumulator.bits=18..30+2",
            "engine.rows=1..60", "--drop-pairs", "--seeds", "1", "--steps", "2"];
        Npusim.Run(["study", "sweep", .. study, "-o", "one"]).Succeeded();
        string script = Npusim.Run(["study", "sweep", .. study, "-o", "many", "--emit", "slurm", "--tasks", "4"]).Succeeded()
            .Output;
        Assert.That(script, Does.StartWith("#!/bin/sh\n#SBATCH").And.Contains("--array=0-3"));
        Process[] tasks = [.. Enumerable.Range(0, 4)
            .Select(i => Npusim.Start("study", "sweep", "-o", "many", "--task", $"{i}/4", "--threads", "1"))];
        while (!Directory.Exists(In("many", "claims")) && tasks.Any(t => !t.HasExited))
            Thread.Sleep(1);
        tasks[0].Kill();
        foreach (Process task in tasks.Skip(1))
            Assert.That(Npusim.End(task).Succeeded().Output, Does.Contain("nothing is left to do"));
        tasks[0].WaitForExit();
        Assert.That(File.Exists(In("many", "points.csv")), Is.False, "tasks write no results");
        Npusim.Run("study", "sweep", "-o", "many", "--collect").Succeeded();
        foreach (string file in Files)
            Assert.That(File.ReadAllBytes(In("many", file)), Is.EqualTo(File.ReadAllBytes(In("one", file))), file);
    }

    [Test]
    public void The_report_has_fronts_knobs_a_map_what_is_least_and_each_point_with_the_command_that_gives_it_alone()
    {
        Npusim.Run("study", "sweep", "-n", "cnn-small", "-m", "bp:8w8a", "qzo-ff:8w8a", "--vary", "engine.{rows,columns}=4,8,16",
            "memory.scratchpad.size=4KiB..64KiB*2",
            "--goal", "energy", "cycles", "--least", "memory.scratchpad.size", "--such-that", "fits == true", "-o", "r")
                .Succeeded();
        string html = File.ReadAllText(In("r", "report.html"));
        foreach (string part in new[] { "id=\"front\"", "id=\"effects\"", "id=\"map\"", "id=\"least\"", "data-filter=\"points\"",
            "<svg", "rgba(", "engine.rows 16 → 8" })
            Assert.That(html, Does.Contain(part));
        string alone = System.Net.WebUtility.HtmlDecode(html[html.IndexOf("npusim plan", StringComparison.Ordinal)..]
            .Split('<')[0]);
        Npusim.Run(alone["npusim ".Length..].Split(' ')).Succeeded();
        Assert.That(File.ReadAllLines(In("r", "points.csv"))[0], Does.Contain("On the front"));
    }

    [Test]
    public void The_script_for_Kubernetes_is_a_job_of_indexed_tasks_as_its_client_reads_it_strictly()
    {
        V1Job job = KubernetesYaml.Deserialize<V1Job>(Emitted("kubernetes", "--data", "/data"), strict: true);
        V1Container container = job.Spec.Template.Spec.Containers.Single();
        Assert.Multiple(() =>
        {
            Assert.That((job.ApiVersion, job.Kind, job.Spec.CompletionMode), Is.EqualTo(("batch/v1", "Job", "Indexed")));
            Assert.That((job.Spec.Completions, job.Spec.Parallelism, job.Spec.BackoffLimit), Is.EqualTo((3, 3, 3)));
            Assert.That(job.Spec.Template.Spec.RestartPolicy, Is.EqualTo("OnFailure"));
            Assert.That(container.Args.Single(),
                Is.EqualTo($"exec npusim study sweep --out '{In("f")}' --data '/data' --task $JOB_COMPLETION_INDEX/3"));
            Assert.That(container.VolumeMounts.Single().MountPath, Is.EqualTo(In("f")));
            Assert.That(job.Spec.Template.Spec.Volumes.Single().Name, Is.EqualTo(container.VolumeMounts.Single().Name));
        });
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void The_script_for_LSF_has_its_options_before_its_command_and_a_task_for_each_index_from_1_on()
    {
        string[] lines = Emitted("lsf").TrimEnd().Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Is.EqualTo("#!/bin/sh"));
            Assert.That(lines.Where(l => l.StartsWith("#BSUB", StringComparison.Ordinal)), Has.All.Match(
                @"^#BSUB (-J ""[A-Za-z][\w-]*\[1-3\]""|-r)$"), "-J \"name[first-last]\" and -r, one to a line");
            Assert.That(Array.FindLastIndex(lines, l => l.StartsWith("#BSUB", StringComparison.Ordinal)),
                Is.LessThan(Array.FindIndex(lines, l => !l.StartsWith('#'))), "bsub reads no option after the first command");
        });
        for (int index = 1; index <= 3; index++)
        {
            string command = lines[^1].Replace("exec npusim", "echo", StringComparison.Ordinal);
            Npusim.Variables["LSB_JOBINDEX"] = $"{index}";
            Assert.That(Npusim.End(Npusim.Start("/bin/sh", ["-c", command])).Succeeded().Output.Trim(),
                Is.EqualTo($"study sweep --out {In("f")} --task {index - 1}/3 --threads 1"));
        }
    }

    [TestCase("slurm", "#SBATCH --array=0-2")]
    [TestCase("shell", "seq 0 2")]
    public void A_script_has_the_tasks_of_its_scheduler(string scheduler, string says) => Assert.That(
        Emitted(scheduler), Does.Contain(says)
            .And.Contains("--task"));

    [Test]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_shell_script_runs()
    {
        string script = Npusim.Run("study", "sweep", "--vary", "engine.rows=1..40", "-o", "shell", "--emit", "shell", "--tasks",
            "2").Succeeded().Output;
        PutProgramOnPath();
        Npusim.End(Npusim.Start("/bin/sh", [Write("run.sh", script)])).Succeeded();
        Assert.That(File.ReadAllLines(In("shell", "points.csv")), Has.Length.EqualTo(161));
    }

    [Test]
    public void Tasks_that_seek_the_least_wait_for_each_other_and_end_with_the_bytes_of_one()
    {
        string[] study = ["-n", "glyphs-cnn", "-m", "bp:8w8a", "bp:fp32", "-s", "lp", "--vary",
            "numerics.accumulator.bits=18..30+4",
            "numerics.accumulator.overflow=wrap,saturate", "--drop-pairs", "--seeds", "1", "--steps", "2", "--least",
            "numerics.accumulator.bits", "--such-that", "accuracy >= bp:fp32 - 1"];
        string[] files = [.. Files, "least.csv"];
        Npusim.Run(["study", "sweep", .. study, "-o", "one"]).Succeeded();
        Npusim.Run(["study", "sweep", .. study, "-o", "many", "--emit", "shell", "--tasks", "2"]).Succeeded();
        Npusim.Run("study", "sweep", "-o", "many", "--collect").Succeeded();
        Assert.That(File.Exists(In("many", "least.csv")), Is.False, "nothing is known yet");
        Process wait = Npusim.Start("study", "sweep", "-o", "many", "--wait");
        Process[] tasks = [.. Enumerable.Range(0, 2)
            .Select(i => Npusim.Start("study", "sweep", "-o", "many", "--task", $"{i}/2", "--threads", "1"))];
        foreach (Process task in tasks)
            Npusim.End(task).Succeeded();
        Npusim.End(wait).Succeeded();
        foreach (string file in files)
            Assert.That(File.ReadAllBytes(In("many", file)), Is.EqualTo(File.ReadAllBytes(In("one", file))), file);
        Assert.That(Npusim.Run("study", "sweep", "-o", "many", "--status").Succeeded().Output, Does.Contain("trainings kept"));
    }

    [Test]
    public void Clean_removes_what_the_study_does_not_need_and_nothing_else()
    {
        string[] wide = ["study", "sweep", "-n", "cnn-small", "-m", "bp:8w8a", "-s", "lp", "--vary", "engine.rows=1..8"];
        Npusim.Run([.. wide, "-o", "f"]).Succeeded();
        Npusim.Run("study", "sweep", "-n", "ds-cnn", "-m", "bp:8w8a", "-s", "lp", "-o", "f").Succeeded();
        Npusim.Run([.. wide, "-o", "f"]).Succeeded();
        File.WriteAllText(In("f", "points", "half.jsonl"), "npusim sweep");
        byte[] before = File.ReadAllBytes(In("f", "points.csv"));
        Assert.That(Directory.GetFiles(In("f", "points")), Has.Length.EqualTo(3));
        Assert.That(Npusim.Run("study", "sweep", "-o", "f", "--clean").Succeeded().Output,
            Does.Contain("2 blocks of points and 0 trainings removed"));
        Assert.That(Npusim.Run("study", "sweep", "-o", "f").Succeeded().Output, Does.Contain("8 known, 0 to price"));
        Assert.That(File.ReadAllBytes(In("f", "points.csv")), Is.EqualTo(before));
        Outcome refused = Npusim.Run("study", "sweep", "-o", "none", "--clean");
        Assert.That((refused.ExitCode, refused.Error), Is.EqualTo((2, "npusim: --clean: none holds no study; accepted is the "
            + "folder of one, as --out.\n")));
    }

    [TestCase("--task", "4/4", "0 to N")]
    [TestCase("--task", "x", "0 to N")]
    [TestCase("--emit", "pbs", "--tasks", "3", "slurm, lsf, kubernetes or shell")]
    [TestCase("--emit", "slurm", "needs --tasks")]
    [TestCase("--status", "--collect", "accepted is one of them")]
    [TestCase("--wait", "--clean", "accepted is one of them")]
    public void What_is_no_task_or_script_is_refused(params string[] words)
    {
        Outcome refused = Npusim.Run(["study", "sweep", .. words[..^1]]);
        Assert.That((refused.ExitCode, refused.Error.Contains(words[^1], StringComparison.Ordinal)), Is.EqualTo((2, true)),
            refused.Error);
    }

    [Test]
    public void A_file_says_the_study_and_options_stand_instead_of_its_keys()
    {
        string file = Write("study.yaml",
            "profiles: [systolic-int8-16x16]\nnetworks: [cnn-small]\nmethods: [\"bp:fp32\"]\nschemes: [ft, inference]\nvary: "
                + "[\"engine.rows=8,16\"]\nwhere: [rows > 8]\n");
        Assert.That(Npusim.Run("study", "sweep", file, "--dry-run").Succeeded().Output,
            Does.StartWith("4 combinations: 2 points, 2 left out by conditions"));
        Assert.That(Npusim.Run("study", "sweep", file, "--vary", "engine.rows=9..12", "--dry-run").Succeeded().Output,
            Does.StartWith("8 combinations: 8 points"));
        Assert.That(Directory.Exists(In("npusim-sweep")), Is.False, "--dry-run writes nothing");
        File.AppendAllText(file, "varry: 3\n");
        Outcome wrong = Npusim.Run("study", "sweep", file);
        Assert.That(wrong.ExitCode, Is.EqualTo(2));
        Assert.That(wrong.Error, Does.Contain("did you mean 'vary'?"));
    }

    [TestCase("engine.rowz=8", "did you mean 'rows'?")]
    [TestCase("engine.rows=8,0", "4 of 8 combinations have it")]
    [TestCase("numerics.accumulator.bits=16", "4 of 4 points are no accelerators")]
    public void What_cannot_be_is_refused_in_one_line_before_anything_runs(string vary, string says)
    {
        Outcome refused = Npusim.Run("study", "sweep", "--vary", vary);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error, Does.Contain(says).And.StartWith("npusim: "));
        Assert.That(refused.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(Directory.Exists(In("npusim-sweep")), Is.False);
    }

    private string Emitted(string scheduler, params string[] more) =>
        Npusim.Run(["study", "sweep", "-o", "f", "--emit", scheduler, "--tasks", "3", .. more]).Succeeded().Output;
}
