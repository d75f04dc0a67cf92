using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class PlanTests : CommandTests
{
    // arXiv 2411.04036: 31.64 MB. fp32 weights do not fit this scratchpad, whatever the method: memory is shown all the same.
    [Test]
    public void Json_holds_the_memory_of_a_published_network_even_where_it_does_not_run()
    {
        JsonElement plans = Plans("--model", "vit-tiny", "-p", "cortex-m4", "-m", "bp:fp16", "-s", "ft");
        JsonElement step = plans.EnumerateArray().Single(p => p.GetProperty("task").GetString() == "bp");
        Assert.Multiple(() =>
        {
            Assert.That(step.GetProperty("memory").GetProperty("paperBytes").GetInt64(), Is.EqualTo(31_635_696));
            Assert.That(step.GetProperty("memory").GetProperty("timelineBytes").EnumerateArray().Max(b => b.GetInt64()),
                Is.EqualTo(step.GetProperty("memory").GetProperty("peakLiveBytes").GetInt64()));
            Assert.That(step.GetProperty("notRunnable").GetString(), Does.Contain("scratchpad"));
            Assert.That(step.GetProperty("cost").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    // Weight-stationary: ⌈64/16⌉⌈64/16⌉ folds of 64 cycles, filled and drained once (16 + 64 + 16 + 16 − 2).
    [Test]
    public void One_product_takes_the_cycles_of_its_folds()
    {
        JsonElement plans = Plans("--gemm", "64x64x64", "-p", "systolic-int8-16x16");
        Assert.That(plans[0].GetProperty("cost").GetProperty("computeCycles").GetDouble(), Is.EqualTo((15 * 64) + 110));
    }

    // Gemmini's RTL: 2,120 cycles with operands 50 cycles away.
    [Test]
    public void A_product_starts_cold_unless_its_operands_are_said_to_be_resident()
    {
        JsonElement Only(params string[] more) => Plans(["--gemm", "64x64x64", "-p", "gemmini-16x16-rtl", .. more])[0];
        JsonElement cold = Only(), resident = Only("--operands", "resident");
        Assert.Multiple(() =>
        {
            Assert.That(cold.GetProperty("operands").GetString(), Is.EqualTo("operands off-chip"));
            Assert.That(cold.GetProperty("cost").GetProperty("totalCycles").GetDouble(), Is.EqualTo(2120).Within(5).Percent);
            Assert.That(cold.GetProperty("cost").GetProperty("dramTrafficBytes").GetDouble(), Is.EqualTo(8192 + 4096));
            Assert.That(resident.GetProperty("operands").GetString(), Is.EqualTo("operands resident in the scratchpad"));
            Assert.That(resident.GetProperty("cost").GetProperty("dramTrafficBytes").GetDouble(), Is.Zero);
            Assert.That(Npusim.Run("plan", "--gemm", "8x8x8", "-p", "cortex-m4").Succeeded().Output,
                Does.Contain("gemm 8x8x8; operands resident in the scratchpad (no off-chip memory)"));
        });
    }

    // Trace event format: complete events with microseconds; metadata names processes and tracks; counters have values.
    [Test]
    public void A_trace_holds_spans_that_never_overlap_and_add_up_to_the_cycles()
    {
        string file = In("trace.json");
        JsonElement plans = Plans("--model", "ds-cnn", "-p", "ethos-u55-128", "-m", "qzo-ff:8w8a", "-s", "ft", "--trace", file);
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        string[] units = ["engine", "vector", "host"];
        Dictionary<(int, int), string> tracks = events.Where(e => e.GetProperty("name").GetString() == "thread_name")
            .ToDictionary(
            e => (e.GetProperty("pid").GetInt32(), e.GetProperty("tid").GetInt32()),
            e => e.GetProperty("args").GetProperty("name").GetString()!);
        JsonElement[] spans = [.. events.Where(e => e.GetProperty("ph").GetString() == "X")];
        Assert.Multiple(() =>
        {
            Assert.That(events.Select(e => e.GetProperty("ph").GetString()).Distinct(), Is.SubsetOf(new[] { "M", "X", "C" }));
            Assert.That(events.Where(e => e.GetProperty("ph").GetString() == "C")
                .Select(e => e.GetProperty("name").GetString()).Distinct(),
                Is.EquivalentTo(new[] { "live bytes", "bytes per cycle from outside" }));
            foreach (var track in spans.GroupBy(e => (e.GetProperty("pid").GetInt32(), e.GetProperty("tid").GetInt32())))
            {
                Assert.That(tracks, Contains.Key(track.Key));
                double end = 0;
                foreach (JsonElement span in track)
                {
                    double start = span.GetProperty("ts").GetDouble();
                    Assert.That(start, Is.GreaterThanOrEqualTo(end - (1e-9 * end)), span.ToString());
                    end = start + span.GetProperty("dur").GetDouble();
                }
            }

            for (int i = 0; i < plans.GetArrayLength(); i++)
            {
                JsonElement cost = plans[i].GetProperty("cost");
                JsonElement[] own = [.. spans.Where(e => e.GetProperty("pid").GetInt32() == i + 1
                    && units.Contains(tracks[(i + 1, e.GetProperty("tid").GetInt32())]))];
                Assert.That(own.Sum(e => e.GetProperty("args").GetProperty("cycles").GetDouble()),
                    Is.EqualTo(cost.GetProperty("totalCycles").GetDouble()).Within(1e-9).Percent);
                Assert.That(own.Sum(e => e.GetProperty("dur").GetDouble()) * 1e-6,
                    Is.EqualTo(cost.GetProperty("seconds").GetDouble()).Within(1e-9).Percent);
            }
        });
    }

    [Test]
    public void A_trace_whose_file_ends_in_html_is_a_page_whose_units_add_up_and_that_runs_its_own_script_alone()
    {
        string file = In("trace.html");
        Plans("--model", "ds-cnn", "-p", "ethos-u55-128", "-m", "qzo-ff:8w8a", "-s", "ft", "--trace", file);
        string page = File.ReadAllText(file);
        double widths = Regex.Matches(page, """<rect class="(?:compute|stall|restage)" x="[0-9.]+" y="\d+" width="([0-9.]+)" """)
            .Sum(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
        int start = page.IndexOf("<script>", StringComparison.Ordinal) + "<script>".Length;
        string script = page[start..page.IndexOf("</script>", StringComparison.Ordinal)];
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        Assert.Multiple(() =>
        {
            Assert.That(widths, Is.EqualTo(100000 * Regex.Count(page, "<section>")).Within(0.01).Percent);
            Assert.That(page, Does.Contain($"script-src 'sha256-{hash}'").And.Not.Contain("http:").And.Not.Contain("https:"));
            Assert.That(page, Does.Contain("<li>engine</li><li>vector</li>").And.Contain("wait: "));
        });
    }

    [Test]
    public void Bounds_name_what_a_step_waits_for()
    {
        string output = Npusim.Run("plan", "--gemm", "1x1024x1024", "-p", "systolic-int8-16x16", "--bounds").Succeeded().Output;
        string[] lines = output[output.IndexOf("what bounds", StringComparison.Ordinal)..].Split('\n');
        Assert.That(lines[3], Does.StartWith("bandwidth of off-chip memory")); // one row: every weight is used once
    }

    // Three cores instead of two: a third fewer columns for each
    [Test]
    public void Sensitivity_knows_the_numbers_that_a_profile_prints_after_its_sources()
    {
        string output = Npusim.Run("plan", "--gemm", "96x96x96", "-p", "hexagon-hvx", "--operands", "resident", "--sensitivity",
            "--set", "cores={count: 2, split: output-channels}").Succeeded().Output;
        Assert.That(output, Does.Match(@"\ncores\.count +2 +-1\.000 "));
    }

    // Cycles are an elastic sum: doubling the bandwidth of what bounds them nearly halves them; no number's sign is wrong.
    [Test]
    public void Sensitivity_lists_the_numbers_that_decide_the_largest_first()
    {
        string output = Npusim.Run("plan", "--gemm", "1x1024x1024", "-p", "systolic-int8-16x16", "--sensitivity")
            .Succeeded().Output;
        string[] lines = output[output.IndexOf("elasticities", StringComparison.Ordinal)..].Split('\n');
        string bandwidth = lines.Single(l => l.StartsWith("memory.dram.bandwidth", StringComparison.Ordinal));
        Assert.That(bandwidth, Does.Contain("3.2 GB/s").And.Contain("−0.9").Or.Contain("-0.9"));
        Assert.That(bandwidth, Does.Contain("assumed"));
        Assert.That(lines.Any(l => l.StartsWith("energy.int8-mac", StringComparison.Ordinal)));
    }

    [Test]
    public void All_shipped_profiles_are_planned_only_when_asked_for()
    {
        int Profiles(params string[] more) => Plans(["--gemm", "8x8x8", .. more]).GetArrayLength();
        Assert.That(Profiles(), Is.EqualTo(4));
        Assert.That(Profiles("-p", "all"), Is.GreaterThan(30));
    }

    [Test]
    public void Phases_and_operations_add_up_to_the_cycles_of_the_step()
    {
        JsonElement plans = Plans("--model", "ds-cnn", "-p", "ethos-u55-128", "-m", "qzo-ff:8w8a", "-s", "ft", "--layers");
        JsonElement cost = plans[1].GetProperty("cost");
        double cycles = cost.GetProperty("totalCycles").GetDouble();
        Assert.That(cost.GetProperty("byPhaseCycles").EnumerateObject().Sum(p => p.Value.GetDouble()),
            Is.EqualTo(cycles).Within(1e-9).Percent);
        Assert.That(cost.GetProperty("operations").EnumerateArray().Sum(o => o.GetProperty("totalCycles").GetDouble()),
            Is.EqualTo(cycles).Within(1e-9).Percent);
    }

    [TestCase("--model resnet18")]
    [TestCase("--model resnet18 -p systolic-int8-16x16 --layers")]
    [TestCase("--model crnn --seq 200 -p cortex-m7 --batch 4")]
    [TestCase("-p ethos-u55-256")]
    [TestCase("--conv 32x32x16,3x3x32,2,1 -p hexagon-hvx --layers")]
    public void Tables_and_timelines_fit_100_columns(string line)
    {
        string output = Npusim.Run(["plan", .. line.Split(' ')]).Succeeded().Output;
        Assert.That(output.Split('\n').Where(l => l.Length > 100), Is.Empty);
        string figures = output.Split(": operations\n")[0]; // names of operations may be cut
        Assert.That(figures, Does.Not.Contain("…"));
    }

    [Test]
    public void Backpropagation_keeps_many_times_what_forward_gradients_keep_at_the_peak()
    {
        JsonElement plans = Plans("--model", "resnet18", "-p", "systolic-int8-16x16", "-m", "bp:fp16", "qzo-ff:8w8a", "-s", "ft");
        Assert.Multiple(() =>
        {
            Assert.That(Peak("bp"), Is.GreaterThan(3 * Peak("qzo-ff")));
            Assert.That(Text("qzo-ff"), Does.Not.Contain("saved").And.Not.Contains("gradient"));
        });

        JsonElement Memory(string task) =>
            plans.EnumerateArray().Single(p => p.GetProperty("task").GetString() == task).GetProperty("memory");

        long Peak(string task) => Memory(task).GetProperty("peakLiveBytes").GetInt64();

        string Text(string task) => Memory(task).GetProperty("peakByRoleBytes").ToString();
    }

    private JsonElement Plans(params string[] arguments)
    {
        using JsonDocument document = JsonDocument.Parse(Npusim.Run(["plan", .. arguments, "--json"]).Succeeded().OutputBytes);
        return document.RootElement.GetProperty("plans").Clone();
    }
}
