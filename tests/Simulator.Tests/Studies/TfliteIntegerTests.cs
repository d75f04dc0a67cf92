using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>Operators of TFLite in the integers of the file: what its reference kernels give, worked out by hand.</summary>
public sealed class TfliteIntegerTests
{
    private const string TfliteArithmetic = "cortex-m4", OneRounding = "systolic-int8-16x16";

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    // ±2·8/3: the mean is no integer of the operand's scale in between, or it would be 2·3.
    [TestCase(TfliteArithmetic, "1,2,3", "0.5 0", "1 2", "0.25 0", "1 2 5 -1 -2 -5", "5 -5")]
    // ±4/10: ⌊2³³/10⌋·2⁻³³ makes 1.6 fourths, so 2, so 1/2, so 1.
    [TestCase(TfliteArithmetic, "1,2,10", "1 0", "1 2", "1 0", "4 0 0 0 0 0 0 0 0 0 -4 0 0 0 0 0 0 0 0 0", "1 -1")]
    [TestCase(OneRounding, "1,2,10", "1 0", "1 2", "1 0", "4 0 0 0 0 0 0 0 0 0 -4 0 0 0 0 0 0 0 0 0", "0 0")]
    // Halves away from 0
    [TestCase(TfliteArithmetic, "1,2,6", "1 0", "1 2", "1 0", "9 0 0 0 0 0 -3 0 0 0 0 0", "2 -1")]
    // (1 + 5 + 8 + 10)/4 = 6, and −100: clamped
    [TestCase(TfliteArithmetic, "1,2,2,2", "1 -3", "2 1 2", "1 -100", "-2 -128 2 -128 5 -128 7 -128", "-94 -128")]
    // Axes 1 and 3 of four
    [TestCase(TfliteArithmetic, "1,2,2,2", "1 0", "2 1 3", "1 7", "1 3 5 7 2 2 30 30", "9 25")]
    public void MEAN_requantises_the_sum_once(string profile, string shape, string from, string axes, string to, string x,
        string expected) =>
        Assert.That(Run(profile, "MEAN", Tensor(shape, from, x), [("INT32", axes, null)],
            Kept(shape, axes), to), Is.EqualTo(Numbers(expected)));

    // (1 + 2 + 5) · 0.5 / 4 = 1 and (0 + 0 − 6) · 0.5 / 4 = −0.75
    [Test]
    public void SUM_requantises_the_sum() =>
        Assert.That(Run(TfliteArithmetic, "SUM", Tensor("1,2,3", "0.5 3", "4 5 8 3 3 -3"), [("INT32", "1 2", null)], "2",
            "4 -10"), Is.EqualTo(Numbers("-9 -11")));

    [TestCase("", 4, 5, 7, 11)]
    [TestCase("", 3, 8, 9, 5)]
    [TestCase("", 5, 5, 2, 3)]
    [TestCase("", 1, 3, 40, 63)]
    [TestCase("\"alignCorners\": true", 4, 5, 7, 11)]
    [TestCase("\"alignCorners\": true", 4, 5, 1, 3)]
    [TestCase("\"halfPixelCenters\": true", 4, 5, 7, 11)]
    [TestCase("\"halfPixelCenters\": true", 5, 4, 2, 3)]
    public void RESIZE_BILINEAR_rounds_once_what_both_axes_weigh_in_10_bits(string options, int h, int w, int rows, int columns)
    {
        int[] x = [.. Enumerable.Range(0, h * w).Select(i => (i * 89 % 256) - 128)];
        bool corners = options.Contains("align", StringComparison.Ordinal);
        bool half = options.Contains("half", StringComparison.Ordinal);
        int[] expected = [.. from i in Enumerable.Range(0, rows) from j in Enumerable.Range(0, columns) select At(i, j)];
        Assert.That(Run(TfliteArithmetic, "RESIZE_BILINEAR", Tensor($"1,{h},{w},1", "0.1 5", string.Join(' ', x)),
            [("INT32", $"2 {rows} {columns}", null)], $"{rows},{columns},1", "0.1 5", options), Is.EqualTo(expected));

        int At(int i, int j)
        {
            (int top, int bottom, int down) = Beside(i, h, rows);
            (int left, int right, int across) = Beside(j, w, columns);
            long sum = (long)x[(top * w) + left] * (1024 - down) * (1024 - across)
                + ((long)x[(bottom * w) + left] * down * (1024 - across))
                + ((long)x[(top * w) + right] * (1024 - down) * across) + ((long)x[(bottom * w) + right] * down * across);
            return (int)Math.Round(sum / (double)(1 << 20), MidpointRounding.AwayFromZero);
        }

        // The two pixels beside a place and its distance from the first, in 1024ths.
        (int First, int Second, int Share) Beside(int index, int pixels, int count)
        {
            int step = corners && count > 1 ? (int)Math.Floor((1024.0 * (pixels - 1) / (count - 1)) + 0.5)
                : (int)Math.Floor((1024.0 * pixels / count) + 0.5);
            int place = Math.Clamp((index * step) + (half ? (step / 2) - 512 : 0), 0, (pixels - 1) * 1024);
            return (place / 1024, Math.Min((place / 1024) + 1, pixels - 1), place % 1024);
        }
    }

    // −1.5 goes away from 0; in one rounding as the accelerator has it.
    [TestCase(TfliteArithmetic, "-1 -2 -2 -2")]
    [TestCase(OneRounding, "-1 -2 -2 -2")]
    [TestCase("gemmini-16x16-rtl", "-1 -2 -2 -2")] // to even
    public void RESIZE_BILINEAR_rounds_ties_as_the_arithmetic_says(string profile, string expected) =>
        Assert.That(Run(profile, "RESIZE_BILINEAR", Tensor("1,1,2,1", "1 0", "-1 -2"), [("INT32", "2 1 4", null)],
            "1,4,1", "1 0"), Is.EqualTo(Numbers(expected)));

    // x − 1 times the constant, in steps of 0.5 · 0.25 / 0.25: [[2, 4], [6, −2]] · [[1, 2], [3, −4]] / 2 + 3.
    [TestCase("c", "2,2", "", "10 -3 3 13")]
    [TestCase("c", "2,2", "\"adjY\": true", "8 -2 4 16")]
    [TestCase("c", "1,2,2", "", "10 -3 3 13")]
    [TestCase("x", "", "", "17 3 3 17")] // by itself: [[28, 0], [0, 28]] · 0.5 · 0.5 / 0.5
    public void BATCH_MATMUL_multiplies_what_stands_above_the_zero_points(string second, string shape, string options,
        string expected) =>
        Assert.That(Run(TfliteArithmetic, "BATCH_MATMUL", Tensor("1,2,2", "0.5 1", "3 5 7 -1"),
            second == "c" ? [("INT8", $"4 1 2 3 -4", $"{shape}|0.25 0")] : [], "2,2", second == "c" ? "0.25 3" : "0.5 3", options,
            again: second == "x"), Is.EqualTo(Numbers(expected)));

    [TestCase("MAXIMUM", "5 0 3 127")]
    [TestCase("MINIMUM", "-128 -7 -2 2")]
    public void The_larger_and_smaller_of_two_tensors_keep_their_integers(string op, string expected) =>
        Assert.That(Run(TfliteArithmetic, op, Tensor("1,4", "0.3 2", "5 -7 3 127"), [("INT8", "4 -128 0 -2 2", "1,4|0.3 2")],
            "4", "0.3 2"), Is.EqualTo(Numbers(expected)));

    [Test]
    public void The_least_along_an_axis_keeps_its_integer() =>
        Assert.That(Run(TfliteArithmetic, "REDUCE_MIN", Tensor("1,2,3", "0.3 -9", "5 -7 3 127 -128 9"), [("INT32", "1 1", null)],
            "3", "0.3 -9"), Is.EqualTo(Numbers("5 -128 3")));

    [Test]
    public void What_changes_the_scale_of_an_interpolation_is_named()
    {
        string file = Write("RESIZE_BILINEAR", Tensor("1,1,2,1", "1 0", "1 2"), [("INT32", "2 1 4", null)], "1,4,1", "2 0",
            options: "", again: false);
        Assert.That(ImportedNetwork.Read(file).Remark, Does.Contain("gives another scale than it reads"));
    }

    private static int[] Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => int.Parse(v, CultureInfo.InvariantCulture))];

    private static (string Shape, string Scale, int[] Integers) Tensor(string shape, string scale, string integers) =>
        (shape, scale, Numbers(integers));

    // What is left of a shape without some axes, the first being the batch.
    private static string Kept(string shape, string axes) => string.Join(',', shape.Split(',').Skip(1)
        .Where((_, i) => !Numbers(axes).Skip(1).Contains(i + 1)).DefaultIfEmpty("1"));

    private static string Scale(string text)
    {
        string[] parts = text.Split(' ');
        return $"\"scale\": [{parts[0]}], \"zero_point\": [{parts[1]}]";
    }

    // One operator on integers that are given; a constant is how many numbers, the numbers and, of INT8, "SHAPE|SCALE".
    private string Write(string op, (string Shape, string Scale, int[] Integers) x,
        (string Type, string Numbers, string? Form)[] constants, string shape, string scale, string options, bool again)
    {
        int output = constants.Length + 1;
        int[] inputs = again ? [0, 0] : [0, .. Enumerable.Range(1, constants.Length)];
        IEnumerable<string> known = constants.Select((c, i) =>
        {
            string extents = c.Form?.Split('|')[0] ?? $"{Numbers(c.Numbers).Length - 1}";
            return $$"""
                {"index": {{i + 1}}, "name": "c{{i}}", "dtype": "{{c.Type}}", "constant": true, "shape": [{{extents}}],
                {{(c.Form is { } form ? Scale(form.Split('|')[1]) : "\"scale\": []")}} }
                """;
        });
        string input = $$"""{"index": 0, "name": "x", "shape": [{{x.Shape}}], "dtype": "INT8", {{Scale(x.Scale)}} }""";
        string topology = $$"""
            {"inputs": [0], "outputs": [{{output}}], "tensors": [
            {{string.Join(", ", known.Prepend(input))}},
            {"index": {{output}}, "name": "y", "shape": [1, {{shape}}], "dtype": "INT8", {{Scale(scale)}} }],
            "ops": [{"op": "{{op}}", "inputs": [{{string.Join(", ", inputs)}}], "outputs": [{{output}}],
            "options": { {{options}} } }]}
            """;
        string path = Path.Combine(folder, "net.tflite");
        File.WriteAllBytes(path, TfliteWriter.Write(JsonNode.Parse(topology)!, tensor =>
        {
            int[] numbers = Numbers(constants[tensor - 1].Numbers)[1..];
            return constants[tensor - 1].Type == "INT32" ? MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray()
                : [.. numbers.Select(n => (byte)(sbyte)n)];
        }));
        return path;
    }

    private int[] Run(string profile, string op, (string Shape, string Scale, int[] Integers) x,
        (string Type, string Numbers, string? Form)[] constants, string shape, string scale, string options = "",
        bool again = false)
    {
        ImportedNetwork network = ImportedNetwork.Read(Write(op, x, constants, shape, scale, options, again));
        Assert.That(network.Remark, Is.Null);
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, 1, ShippedProfiles.Find(profile).Numerics);
        SampleStore<byte> store = new(1);
        store.Set(0, [.. x.Integers.Select(i => (byte)(sbyte)i)]);
        machine.Run(default, store, [0], fill: true);
        return [.. machine.Values(machine.Plan.Ops[^1].Output).ToArray().Select(v => (int)(sbyte)v)];
    }
}
