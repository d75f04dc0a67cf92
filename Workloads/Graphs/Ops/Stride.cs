namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Pixels from one place to the next, down and to the right; the default is 1 both ways.</summary>
public readonly record struct Stride
{
    private readonly int downBeyondOne, rightBeyondOne;

    /// <summary>Steps of <paramref name="rows"/> down and <paramref name="columns"/> to the right, each at least 1.</summary>
    public Stride(int rows, int columns) => (downBeyondOne, rightBeyondOne) = (rows - 1, columns - 1);

    /// <summary>Rows from one place to the next.</summary>
    public int Rows => downBeyondOne + 1;

    /// <summary>Columns from one place to the next.</summary>
    public int Columns => rightBeyondOne + 1;

    /// <summary>The same both ways.</summary>
    public static implicit operator Stride(int both) => new(both, both);

    /// <summary>As "2", or "2×1" where rows and columns differ.</summary>
    public override string ToString() => Rows == Columns ? $"{Rows}" : $"{Rows}×{Columns}";
}
