using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>What an attribute holds, by ONNX's numbers.</summary>
internal enum AttributeKind
{
    Undefined = 0,
    Float = 1,
    Int = 2,
    String = 3,
    Tensor = 4,
    Graph = 5,
    Floats = 6,
    Ints = 7,
    Strings = 8,
    Tensors = 9,
    Graphs = 10,
    SparseTensor = 11,
}

/// <summary>An attribute of an operator that is read, and the values that are supported.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Accepted">The values that are supported, for people; empty: all that the operator set allows.</param>
/// <param name="Accepts">Tells whether a value is supported; null: all are.</param>
/// <param name="From">The first operator set that has it.</param>
/// <param name="To">The last operator set that has it.</param>
internal sealed record AttributeRule(
    string Name, AttributeKind Kind, string Accepted = "", Func<AttributeProto, bool>? Accepts = null, int From = 1,
    int To = int.MaxValue)
{
    /// <summary>A whole number, one of these if any are given.</summary>
    public static AttributeRule Whole(string name, params long[] accepted) =>
        new(name, AttributeKind.Int, string.Join(", ", accepted), accepted.Length == 0 ? null : a => accepted.Contains(a.I));

    /// <summary>Whole numbers.</summary>
    public static AttributeRule Wholes(string name) => new(name, AttributeKind.Ints);

    /// <summary>A number.</summary>
    public static AttributeRule Real(string name) => new(name, AttributeKind.Float, "", a => float.IsFinite(a.F));

    /// <summary>One number alone.</summary>
    public static AttributeRule Real(string name, float accepted) =>
        new(name, AttributeKind.Float, $"{accepted}", a => a.F == accepted);

    /// <summary>One of some words.</summary>
    public static AttributeRule Word(string name, params string[] accepted) =>
        new(name, AttributeKind.String, string.Join(", ", accepted), a => accepted.Contains(a.S.ToStringUtf8()));

    /// <summary>One that has no influence on an inference.</summary>
    public static AttributeRule Idle(string name, AttributeKind kind) => new(name, kind, "no effect");

    /// <summary>The same from an operator set on.</summary>
    public AttributeRule Since(int version) => this with { From = version };

    /// <summary>The same up to an operator set.</summary>
    public AttributeRule Until(int version) => this with { To = version };

    /// <summary>True where this operator set has the attribute.</summary>
    public bool Applies(long version) => version >= From && version <= To;

    /// <summary>What a value is called in a message.</summary>
    public static string Text(AttributeProto attribute) => (AttributeKind)attribute.Type switch
    {
        AttributeKind.String => $"'{Formats.InputFile.OneLine(attribute.S.ToStringUtf8())}'",
        AttributeKind.Float => $"{attribute.F}",
        AttributeKind.Int => $"{attribute.I}",
        _ => attribute.S.Length > 0 ? $"'{Formats.InputFile.OneLine(attribute.S.ToStringUtf8())}'" : attribute.F != 0
        ? $"{attribute.F}" : $"{attribute.I}",
    };
}
