using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class VectorsCommandTests : CommandTests
{
    [TestCase("conv2d")]
    [TestCase("softmax")]
    public void Vectors_that_were_made_pass_and_come_again_with_their_seed(string operation)
    {
        string[] make = ["vectors", "make", "-p", "systolic-int8-16x16-acc20", "--op", operation, "--count", "6", "--seed", "7"];
        string printed = Npusim.Run(make).Succeeded().Output;
        Outcome written = Npusim.Run([.. make, "--out", "new/vectors.jsonl"]).Succeeded();
        Outcome check = Npusim.Run("vectors", "check", "new/vectors.jsonl").Succeeded();
        string other = Npusim.Run([.. make[..^1], "8"]).Succeeded().Output;
        Assert.Multiple(() =>
        {
            Assert.That(written.OutputBytes, Is.Empty);
            Assert.That(File.ReadAllText(In("new", "vectors.jsonl")), Is.EqualTo(printed));
            Assert.That(check.Output, Does.EndWith("6 of 6 vectors pass\n"));
            Assert.That(other, Is.Not.EqualTo(printed));
        });
    }

    [Test]
    public void Check_shows_the_first_element_that_differs_and_exits_with_1()
    {
        string[] lines = Npusim.Run("vectors", "make", "-p", "cortex-m4", "--op", "fully_connected", "-f", "16w8a", "-n", "3")
            .Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonNode vector = JsonNode.Parse(lines[1])!;
        JsonArray output = vector["output"]!.AsArray();
        int last = output.Count - 1, right = output[last]!.GetValue<int>(), wrong = right == 0 ? 1 : 0;
        output[last] = wrong;
        Write("vectors.jsonl", $"{lines[0]}\n{vector.ToJsonString()}\n{lines[2]}\n");
        Outcome check = Npusim.Run("vectors", "check", "vectors.jsonl");
        Assert.Multiple(() =>
        {
            Assert.That(check.ExitCode, Is.EqualTo(1));
            Assert.That(check.Output, Does.Contain(
                $"FAIL  {vector["name"]}: output[{last}] is {right} here, {wrong} in the vector\n"));
            Assert.That(check.Output, Does.EndWith("2 of 3 vectors pass\n"));
            Assert.That(check.Error, Is.Empty);
        });
    }

    [TestCase("{}", "there is no config (object)")]
    [TestCase("[1", "no JSON object")]
    [TestCase("[1]", "a vector is a JSON object")]
    [TestCase("""{"name":"a","op":"conv2d_s8","config":{}}""", "config has no IN_CH")]
    [TestCase("""{"name":"a","op":"conv3d_s8","config":{}}""", "'conv3d_s8'")]
    [TestCase("""{"name":"a","op":"maxpool_s8","config":{},"numerics":{}}""", "accumulator")]
    [TestCase("""{"name":"a","op":"fully_connected_s8","config":{"ACCUMULATION_DEPTH":0},"input":[1],"weights":[1]}""",
        "do not fit together")]
    public void A_malformed_line_is_named_and_the_others_still_run(string line, string cause)
    {
        string good = Npusim.Run("vectors", "make", "-p", "cortex-m4", "--op", "add", "-n", "1").Succeeded().Output;
        Write("vectors.jsonl", $"{good}\n{line}\n");
        Outcome check = Npusim.Run("vectors", "check", "vectors.jsonl");
        Assert.Multiple(() =>
        {
            Assert.That(check.ExitCode, Is.EqualTo(2));
            Assert.That(check.Error, Does.StartWith("npusim: vectors.jsonl:3: ").And.Contain(cause));
            Assert.That(check.Error.Count(c => c == '\n'), Is.EqualTo(1));
            Assert.That(check.Output, Does.EndWith("1 of 1 vectors pass\n"));
        });
    }
}
