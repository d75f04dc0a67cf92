namespace NpuSim.Yaml;

/// <summary>One fault of a document and where it stands.</summary>
/// <param name="At">Where.</param>
/// <param name="Problem">Path from the root of the document, what is wrong and what is accepted.</param>
public readonly record struct Fault(Position At, Problem Problem)
{
    /// <summary><c>line:column: path.to.key: what is wrong; what is accepted</c>.</summary>
    public override string ToString() => $"{At}: {Problem}";
}
