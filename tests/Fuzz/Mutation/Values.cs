namespace NpuSim.Fuzz.Mutation;

/// <summary>Values at which programs break: ends of number ranges, wrong types, text that is more than it seems.</summary>
internal static class Values
{
    public static readonly string[] Numbers =
    [
        "0", "-1", "1", "2", "3", "7", "16", "31", "32", "63", "64", "65", "127", "128", "255", "256", "1000", "4096", "65535",
            "65536", "1048576",
        "16777217", "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296", "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808", "18446744073709551615", "18446744073709551616", "1e9", "1e15", "1e18", "1e30", "1e39", "1e300",
        "1e308", "1e309",
        "1e-9", "1e-30", "1e-300", "1e-308", "5e-324", "1e-400", "-0", "-0.0", "0.5", "1.5", "0.1", "-1e30",
        "1e99999", "1e-99999",
    ];

    public static readonly string[] Words =
    [
        "", " ", "null", "true", "false", "~", "NaN", "Infinity", "-Infinity", ".inf", ".nan", "1,5", "1,000", "1_000", "0x10",
            "1e", "+1", "--1",
        "[]", "{}", "[1, 2]", "{a: 1}", "a b", "../x", "/", "/dev/null", ".", "..", "x.onnx", "x.json", "none.yaml", "'", "\"",
        "\\", "`", "$(x)", "%s%n",
        "=1+1", "@x", "<script>", "&amp;", "\u202Eabc", "\u200Fx", "\u001b[31m", "a\nb", "a\tb", "\u0000", "\uFEFF",
        "\uD83D\uDE00", "\u0130",
        "\u00B5", "int8", "int4", "fp32", "bp:fp32", "ft", "lp", "glyphs", "cnn", "cnn-small", "512 KiB", "1 B", "0 B",
        "1e-300 B/s", "1e308 B/s",
        "1e300 pJ", "1 Hz", "1e-300 Hz", "1e300 Hz", "8 EiB", "9223372036854775807 B", "-1 KiB", "1 kb", "1 W", "0 pJ/B",
    ];

    public static string Number(Chance chance) => chance.Of(Numbers);

    public static string Any(Chance chance) => chance.Below(8) switch
    {
        < 4 => chance.Of(Numbers),
        < 7 => chance.Of(Words),
        _ => new string((char)('a' + chance.Below(26)), 1 << chance.Below(14)),
    };

    public static long Integer(Chance chance) => chance.Below(4) switch
    {
        0 => chance.Below(20) - 2,
        1 => (1L << chance.Below(63)) + chance.Below(3) - 1,
        2 => -(1L << chance.Below(63)),
        _ => chance.Of(new[] { 0L, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, uint.MaxValue,
            1 << 20, 1 << 24 }),
    };

    public static float Real(Chance chance) => chance.Of(new[]
    {
        0f, -0f, 1, -1, 1e-45f, 1e-38f, 1e-30f, 1e-9f, 1e9f, 1e15f, 1e30f, 3.4e38f, float.NaN, float.PositiveInfinity,
            float.NegativeInfinity, 0.5f, 255, 256,
    });
}
