using System.Globalization;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>How the matrix product is cut into work items. No shape changes a result.</summary>
/// <param name="Rows">Rows of a work item's tile.</param>
/// <param name="Vectors">Vectors of columns of the tile.</param>
/// <param name="Lanes">Lanes of a vector: 1, 4, 8 or 16.</param>
/// <param name="GroupRows">Work items of a group along rows.</param>
/// <param name="GroupColumns">Work items of a group along columns.</param>
/// <param name="StagedPairs">Pairs (or quads) of products whose operands a work group stages in local memory; 0: none.</param>
/// <param name="Dot">How operands of 8 bits are multiplied, four at a time; hardware's takes vectors of one lane.</param>
internal readonly record struct TileShape(
    int Rows, int Vectors, int Lanes, int GroupRows = 1, int GroupColumns = 1, int StagedPairs = 0,
    DotProduct Dot = DotProduct.None)
{
    /// <summary>Columns of a work item's tile.</summary>
    public int Columns => Vectors * Lanes;

    /// <summary>Bytes of local memory of a work group.</summary>
    public long LocalBytes => (long)StagedPairs * sizeof(int) * ((GroupRows * Rows) + (GroupColumns * Columns));

    /// <summary>Build options of the product kernels.</summary>
    public string Options => string.Create(
        CultureInfo.InvariantCulture,
        $"-DROWS={Rows} -DVECTORS={Vectors} -DLANES={Lanes} -DGROUP_ROWS={GroupRows} -DGROUP_COLUMNS={GroupColumns} "
            + $"-DSTAGED_PAIRS={StagedPairs} -DDOT={(int)Dot}");

    /// <summary>The shape as seven numbers, for a file.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Rows} {Vectors} {Lanes} {GroupRows} {GroupColumns} {StagedPairs} {(int)Dot}");

    /// <summary>The shape from its seven numbers; null when they are none.</summary>
    public static TileShape? Parse(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] numbers = [.. words.Select(w =>
            int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)];
        return numbers.Length == 7 && numbers.All(n => n is >= 0 and <= 1024)
            ? new TileShape(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], (DotProduct)numbers[6])
            : null;
    }
}
