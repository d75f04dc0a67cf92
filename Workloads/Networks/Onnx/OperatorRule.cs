using System.Collections.Immutable;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>An operator as a range of operator sets has it, as far as it is read.</summary>
/// <param name="Name">Its name in the default domain.</param>
/// <param name="From">The first operator set of this form.</param>
/// <param name="To">The last operator set of this form.</param>
/// <param name="Least">Inputs at least.</param>
/// <param name="Most">Inputs at most.</param>
/// <param name="Attributes">Its attributes.</param>
internal sealed record OperatorRule(string Name, int From, int To, int Least, int Most, ImmutableArray<AttributeRule> Attributes)
{
    /// <summary>The attribute of this name, where the operator set has it.</summary>
    public AttributeRule? Find(string name, long version) => Attributes.FirstOrDefault(a => a.Name == name && a.Applies(version));

    /// <summary>What of a node is not supported, or null: "has …, which is not supported; accepted are …".</summary>
    public string? Obstacle(NodeProto node, long version)
    {
        if (node.Input.Count < Least || node.Input.Count > Most)
            return $"has {node.Input.Count} inputs; {(Least == Most ? $"{Least}" : $"{Least} to {Most}")} are read";
        HashSet<string> seen = [];
        foreach (AttributeProto attribute in node.Attribute)
        {
            string name = Formats.InputFile.OneLine(attribute.Name);
            if (!seen.Add(attribute.Name))
                return $"has the attribute {name} twice";
            if (attribute.RefAttrName.Length > 0)
                return $"takes the attribute {name} from a function, which is not supported";
            if (Find(attribute.Name, version) is not { } rule)
                return $"has the attribute {name}, which is not read in operator set {version}; {Known(version)}";
            if (attribute.Type != 0 && attribute.Type != (int)rule.Kind)
                return $"has the attribute {name} of another kind than {rule.Kind.ToString().ToUpperInvariant()}";
            if (rule.Accepts is { } accepts && !accepts(attribute))
                return $"has {name} {AttributeRule.Text(attribute)}; supported {(rule.Accepted.Contains(',') ? "are" : "is")} "
                    + $"{(rule.Accepted.Length > 0 ? rule.Accepted : "a finite number")}";
        }

        return null;
    }

    private string Known(long version)
    {
        string[] names = [.. Attributes.Where(a => a.Applies(version)).Select(a => a.Name)];
        return names.Length == 0 ? "it has none" : $"read {(names.Length == 1 ? "is" : "are")} {string.Join(", ", names)}";
    }
}
