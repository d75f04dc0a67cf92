namespace NpuSim.Yaml;

/// <summary>Lists the records that may stand for an abstract one; the key <c>kind</c> tells which it is.</summary>
/// <param name="kinds">Sealed records that derive from the one marked.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class YamlKindsAttribute(params Type[] kinds) : Attribute
{
    /// <summary>Sealed records that derive from the one marked.</summary>
    public IReadOnlyList<Type> Kinds { get; } = kinds;
}
