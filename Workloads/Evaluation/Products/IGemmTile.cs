namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>A register tile of a product: a fixed number of columns, a few rows at a time.</summary>
internal unsafe interface IGemmTile
{
    /// <summary>Columns of the tile and of the packed panels of b.</summary>
    static abstract int Columns { get; }

    /// <summary>How many of the remaining rows the next call takes.</summary>
    static abstract int Rows(int remaining);

    /// <summary>c (+)= a · b for some rows.</summary>
    /// <param name="rows">As <see cref="Rows"/> says.</param>
    /// <param name="k">Terms of each sum.</param>
    /// <param name="a">First element of the rows.</param>
    /// <param name="row">Distance between rows of a.</param>
    /// <param name="step">Distance between terms of a.</param>
    /// <param name="b">Packed panel [k, columns].</param>
    /// <param name="c">First element of the result.</param>
    /// <param name="stride">Distance between rows of c.</param>
    /// <param name="accumulate">True: the sums go on from what c holds; false: they start at 0.</param>
    static abstract void Multiply(
        int rows, int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate);
}
