using System.Text;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Support.OpenCl;
using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>
/// Products four bytes at a time. No device here has hardware for them: the packing, the tiles and the tails are tested with dot
/// products in plain OpenCL C, the choice with a driver that claims to have them.
/// </summary>
[NonParallelizable]
public sealed class DotProductTests
{
    // What the extension defines.
    private const string Right = """
        int dot_4x8packed_ss_int(uint a, uint b)
        {
            char4 x = as_char4(a), y = as_char4(b);
            return x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w;
        }
        int dot_4x8packed_us_int(uint a, uint b)
        {
            uchar4 x = as_uchar4(a);
            char4 y = as_char4(b);
            return x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w;
        }

        """;

    private static readonly AccumulatorPolicy[] Accumulators =
    [
        new(32, Overflow.Wrap), new(16, Overflow.Saturate), new(20, Overflow.Saturate, 4, 16, 32),
            new(40, Overflow.SaturateOnDrain), new(64, Overflow.Wrap),
    ];

    private static readonly TileShape[] Shapes =
    [
        new(2, 1, 4, Dot: DotProduct.Emulated), new(4, 2, 1, 2, 2, 5, DotProduct.Emulated),
            new(3, 2, 1, 2, 4, 1, DotProduct.Emulated),
    ];

    [Test]
    public void Products_of_quads_give_the_bits_and_counts_of_the_processor(
        [ValueSource(nameof(Accumulators))] AccumulatorPolicy accumulator) =>
        Check(new NumericPolicy(accumulator), Shapes[0], null, [(5, 19, 33), (9, 3, 150), (1, 1, 1), (2, 4, 3)]);

    [Test]
    public void No_shape_of_tiles_changes_a_bit_of_products_of_quads([Values(1, 2)] int shape) =>
        Check(new NumericPolicy(new AccumulatorPolicy(20, Overflow.Saturate)), Shapes[shape], null,
            [(5, 19, 33), (3, 7, 2), (17, 8, 64)]);

    /// <summary>Every pair of formats and offsets that is multiplied in quads, and those that are not, on some shapes.</summary>
    internal static void Check(NumericPolicy policy, TileShape shape, OpenClContext? context, (int M, int N, int K)[] products)
    {
        using Bench bench = new(policy, shape, isSequential: shape.StagedPairs == 0, context);
        foreach (NumberFormat right in new[] { NumberFormat.Int4, NumberFormat.Int8, NumberFormat.Int16 })
        {
            foreach ((int m, int n, int k) in products)
            {
                foreach ((int, int) offsets in new[] { (0, 0), (0, -255), (7, 0) })
                {
                    ProductTests.Check(bench, policy, m, n, k, NumberFormat.Int8, right, extreme: false, scale: 1,
                        default, offsets);
                    ProductTests.Check(bench, policy, m, n, k, NumberFormat.Int8, right, extreme: true, scale: 1,
                        default, offsets);
                }
            }
        }
    }

    [Test]
    public void The_sum_of_the_high_bytes_may_wrap_where_the_whole_does_not()
    {
        // −255 is 256 · −1 + 1: 127 · 255 · Depth stays below 2³¹, 127 · 256 · Depth does not.
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Wrap));
        using Bench bench = new(policy, Shapes[1], isSequential: false);
        const int Depth = 66_200;
        byte[] x = new byte[Depth];
        int[] w = new int[Depth];
        x.AsSpan().Fill(127);
        w.AsSpan().Fill(-255);
        byte[] weights = Kernels.Integers.Bytes(w, NumberFormat.Int16), expected = new byte[sizeof(int)];
        OverflowCount count = LinearKernel.Run(
            new(1, 1, Depth), new Operand(x, NumberFormat.Int8), new Operand(weights, NumberFormat.Int16),
            ReadOnlySpan<int>.Empty, OutputStage.Raw,
            new Operand(expected, NumberFormat.Int32), policy, default);
        DeviceOperand y = bench.Put(new byte[sizeof(int)], NumberFormat.Int32);
        OverflowCount got = bench.Count(() => bench.Kernels.Linear(
            new(1, 1, Depth), bench.Put(x, NumberFormat.Int8), bench.Put(weights, NumberFormat.Int16), default, OutputStage.Raw,
            y, default, 1));
        LayerTests.Check(bench, y, expected, got, count);
        Assert.That(BitConverter.ToInt32(expected), Is.EqualTo(-127 * 255 * Depth));
    }

    [Test]
    public void Layers_with_quads_give_the_bits_and_counts_of_the_processor([Values(0, 1)] int shape)
    {
        (TileShape Tiles, bool IsSequential) before = Bench.Form;
        Bench.Form = (Shapes[shape], Shapes[shape].StagedPairs == 0);
        try
        {
            LayerTests.CheckConvolution(LayerTests.Policies[0], 1, NumberFormat.Int8, default, inputOffset: 0);
            LayerTests.CheckConvolution(LayerTests.Policies[1], 2, NumberFormat.Int8, new ChannelPart(3, 25), inputOffset: 0);
            LayerTests.CheckMatMul(transpose: false, NumberFormat.Int8, inputOffset: 0);
            LayerTests.CheckMatMul(transpose: true, NumberFormat.Int8, inputOffset: 0);
        }
        finally
        {
            Bench.Form = before;
        }
    }

    [Test]
    public void A_device_that_has_them_is_believed_once_they_are_right()
    {
        using OpenClContext context = Open(Right);
        Assert.That(context.Dot, Is.EqualTo(DotProduct.Khr));
        Check(new NumericPolicy(new AccumulatorPolicy(24, Overflow.Saturate)), new TileShape(4, 2, 1, 2, 2, 5, DotProduct.Khr),
            context, [(9, 11, 67)]);
    }

    [TestCase("", TestName = "A_driver_that_does_not_compile_them_has_none")]
    [TestCase("int dot_4x8packed_ss_int(uint a, uint b) { return 0; } int dot_4x8packed_us_int(uint a, uint b) { return 0; }",
        TestName = "A_driver_that_computes_something_else_has_none")]
    public void A_device_whose_dot_products_fail_has_none(string definitions)
    {
        using OpenClContext context = Open(definitions);
        Assert.That(DotProducts.Candidates(context.Device), Is.EqualTo((DotProduct[])[DotProduct.Khr]));
        Assert.That(context.Dot, Is.EqualTo(DotProduct.None));
    }

    [Test]
    public void Four_saturating_bytes_or_exchanged_operands_are_noticed()
    {
        string saturating = Right.Replace("return x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w;",
            "return clamp(x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w, -32768, 32767);", StringComparison.Ordinal);
        string exchanged = Right.Replace("us_int(uint a, uint b)", "us_int(uint b, uint a)", StringComparison.Ordinal);
        foreach (string definitions in new[] { saturating, exchanged })
        {
            using OpenClContext context = Open(definitions);
            Assert.That(context.Dot, Is.EqualTo(DotProduct.None), definitions);
        }
    }

    [Test]
    public void The_emulated_ones_and_only_devices_that_say_so_are_candidates()
    {
        Assert.That(DotProducts.IsRight(OpenDevice.Context, DotProduct.Emulated));
        Assert.That(DotProducts.Candidates(OpenDevice.Context.Device), Is.Empty);
        Assert.That(DotProducts.Candidates(OpenClDevice.Find(Claiming("", (6, 0)), null)),
            Is.EqualTo((DotProduct[])[DotProduct.Khr]));
        Assert.That(DotProducts.Candidates(OpenClDevice.Find(Claiming("", (6, 1)), null)),
            Is.EqualTo((DotProduct[])[DotProduct.Khr, DotProduct.Ptx]));
    }

    private static OpenClContext Open(string definitions)
    {
        _ = OpenDevice.Context;
        return new OpenClContext(OpenClDevice.Find(Claiming(definitions), null), null);
    }

    // A driver that lists the extension, and knows the functions that are given; or one of NVIDIA's.
    private static unsafe CL Claiming(string definitions, (uint Major, uint Minor)? capability = null)
    {
        PlayedDriver driver = new();
        driver.Play<Functions.GetDeviceInfo>("clGetDeviceInfo", real => (device, name, size, value, sizeRet) =>
        {
            switch (name)
            {
                case DeviceInfo.IntegerDotProductCapabilitiesKhr:
                    *(ulong*)value = 3;
                    return 0;
                case DeviceInfo.VendorID when capability is not null:
                    *(uint*)value = 0x10DE;
                    return 0;
                case DeviceInfo.ComputeCapabilityMajorNV:
                    *(uint*)value = capability!.Value.Major;
                    return 0;
                case DeviceInfo.ComputeCapabilityMinorNV:
                    *(uint*)value = capability!.Value.Minor;
                    return 0;
                case DeviceInfo.Extensions:
                    byte[] text = Encoding.ASCII.GetBytes(
                        $"cl_khr_integer_dot_product{(capability is null ? "" : " cl_nv_device_attribute_query")}\0");
                    if (sizeRet != null)
                        *sizeRet = (nuint)text.Length;
                    if (value != null)
                        text.CopyTo(new Span<byte>(value, text.Length));
                    return 0;
                default:
                    return real(device, name, size, value, sizeRet);
            }
        });
        driver.Play<Functions.CreateProgramWithSource>("clCreateProgramWithSource", real => (context, _, texts, sizes, error) =>
        {
            byte[] all = [.. Encoding.UTF8.GetBytes(definitions + "\n"), .. new ReadOnlySpan<byte>(texts[0], (int)sizes[0])];
            fixed (byte* p = all)
            {
                byte* start = p;
                nuint length = (nuint)all.Length;
                return real(context, 1, &start, &length, error);
            }
        });
        return driver.Api;
    }
}
