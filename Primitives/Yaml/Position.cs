namespace NpuSim.Yaml;

/// <summary>A place in a text.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
public readonly record struct Position(int Line, int Column) : IComparable<Position>
{
    /// <summary>The first character.</summary>
    public static Position Start { get; } = new(1, 1);

    /// <summary>Orders by line, then by column.</summary>
    public int CompareTo(Position other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    /// <summary>True when <paramref name="left"/> stands first.</summary>
    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;

    /// <summary>True when <paramref name="right"/> stands first.</summary>
    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;

    /// <summary>True unless <paramref name="right"/> stands first.</summary>
    public static bool operator <=(Position left, Position right) => left.CompareTo(right) <= 0;

    /// <summary>True unless <paramref name="left"/> stands first.</summary>
    public static bool operator >=(Position left, Position right) => left.CompareTo(right) >= 0;

    /// <summary><c>line:column</c>.</summary>
    public override string ToString() => $"{Line}:{Column}";
}
