using System.Text.Json;
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
            Assert.That(step.GetProperty("memory").GetProperty("paperConventionBytes").GetInt64(), Is.EqualTo(31_635_696));
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
