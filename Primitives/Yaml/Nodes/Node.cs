namespace NpuSim.Yaml.Nodes;

/// <summary>A value of a document and where it begins.</summary>
internal abstract record Node(Position At)
{
    /// <summary>What a user calls it.</summary>
    public abstract string Noun { get; }

    /// <summary>True for <c>null</c>, <c>~</c> and nothing at all.</summary>
    public bool IsNull => this is ScalarNode { Plain: true, Text: "" or "null" or "~" };
}

/// <summary>A text without parts; <paramref name="Plain"/> when it stands without quotes.</summary>
internal sealed record ScalarNode(Position At, string Text, bool Plain) : Node(At)
{
    public override string Noun => IsNull ? "nothing" : Reading.Quote(Text);
}

/// <summary>Values in order.</summary>
internal sealed record ListNode(Position At, IReadOnlyList<Node> Items) : Node(At)
{
    public override string Noun => "a list";
}

/// <summary>Keys and values; no key comes twice.</summary>
internal sealed record MapNode(Position At, IReadOnlyList<Entry> Entries) : Node(At)
{
    public override string Noun => "a group of keys";
}

/// <summary>One key of a map, where it stands, and its value.</summary>
internal sealed record Entry(string Key, Position At, Node Value);
