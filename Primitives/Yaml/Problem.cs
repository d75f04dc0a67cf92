namespace NpuSim.Yaml;

/// <summary>A rule that a record breaks.</summary>
/// <param name="Key">Path of the key at fault, from the record that reports it (<c>bits</c>, <c>formats[1].rate</c>).</param>
/// <param name="Text">What is wrong; what is accepted. One line.</param>
public readonly record struct Problem(string Key, string Text)
{
    /// <summary><c>path.to.key: what is wrong; what is accepted</c>.</summary>
    public override string ToString() => Key.Length == 0 ? Text : $"{Key}: {Text}";
}
