using System.Diagnostics;

namespace NpuSim.Reports.Charts;

/// <summary>
/// Lines of equal value over a grid (Maple, "Geometric design and space planning using the marching squares and marching cube
/// algorithms", 2003): each cell's sides are crossed where the value, linear along them, is the level's. In a cell that is high at two
/// opposite corners the mean of the four decides which corners are joined.
/// </summary>
public static class MarchingSquares
{
    /// <summary>The lines of one level, each as long as it can be; closed ones end at the point where they begin.</summary>
    /// <param name="columns">Places of the columns, rising.</param>
    /// <param name="rows">Places of the rows, rising.</param>
    /// <param name="data">Values, [column, row]; a cell with a corner that is not finite has no line.</param>
    /// <param name="level">The level; a value equal to it counts as above.</param>
    public static IReadOnlyList<DataPoint[]> Lines(IReadOnlyList<double> columns, IReadOnlyList<double> rows, double[,] data, double level)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(data);
        if (data.GetLength(0) != columns.Count || data.GetLength(1) != rows.Count)
            throw new ArgumentException($"{data.GetLength(0)} × {data.GetLength(1)} values on a grid of {columns.Count} × {rows.Count}.", nameof(data));
        // A side is crossed at most once and belongs to two cells at most: each has one or two neighbours along its line.
        SortedDictionary<Side, List<Side>> neighbours = [];
        for (int c = 0; c + 1 < columns.Count; c++)
        {
            for (int r = 0; r + 1 < rows.Count; r++)
            {
                foreach ((Side from, Side to) in Crossings(data, c, r, level))
                {
                    Neighbours(from).Add(to);
                    Neighbours(to).Add(from);
                }
            }
        }

        List<DataPoint[]> lines = [];
        foreach (Side end in neighbours.Keys.Where(s => neighbours[s].Count == 1).ToArray())
        {
            if (neighbours[end].Count > 0) // else it was the other end of a line before
                lines.Add(Follow(end));
        }

        foreach (Side any in neighbours.Keys)
        {
            if (neighbours[any].Count > 0)
                lines.Add(Follow(any));
        }

        return lines;

        List<Side> Neighbours(Side side)
        {
            if (!neighbours.TryGetValue(side, out List<Side>? list))
                neighbours[side] = list = [];
            return list;
        }

        DataPoint[] Follow(Side start)
        {
            List<DataPoint> line = [Place(start)];
            for (Side at = start; neighbours[at].Count > 0;)
            {
                Side next = neighbours[at][0];
                neighbours[at].RemoveAt(0);
                neighbours[next].Remove(at);
                line.Add(Place(next));
                at = next;
            }

            return [.. line];
        }

        DataPoint Place(Side side)
        {
            double from = data[side.Column, side.Row];
            double share = (level - from) / ((side.Rises ? data[side.Column, side.Row + 1] : data[side.Column + 1, side.Row]) - from);
            return side.Rises
                ? new(columns[side.Column], Between(rows, side.Row))
                : new(Between(columns, side.Column), rows[side.Row]);

            double Between(IReadOnlyList<double> places, int index) => places[index] + (share * (places[index + 1] - places[index]));
        }
    }

    private static (Side From, Side To)[] Crossings(double[,] data, int c, int r, double level)
    {
        double a = data[c, r], b = data[c + 1, r], d = data[c + 1, r + 1], e = data[c, r + 1]; // anticlockwise from the lower left
        if (!double.IsFinite(a + b + d + e))
            return [];
        Side bottom = new(c, r, false), right = new(c + 1, r, true), top = new(c, r + 1, false), left = new(c, r, true);
        int above = (a >= level ? 1 : 0) + (b >= level ? 2 : 0) + (d >= level ? 4 : 0) + (e >= level ? 8 : 0);
        bool high = (a + b + d + e) / 4 >= level;
        return above switch
        {
            0 or 15 => [],
            1 or 14 => [(left, bottom)],
            2 or 13 => [(bottom, right)],
            4 or 11 => [(right, top)],
            8 or 7 => [(top, left)],
            3 or 12 => [(left, right)],
            6 or 9 => [(bottom, top)],
            5 => high ? [(left, top), (bottom, right)] : [(left, bottom), (right, top)],
            10 => high ? [(left, bottom), (right, top)] : [(left, top), (bottom, right)],
            _ => throw new UnreachableException(),
        };
    }

    // From a corner of the grid to the next in its column (it rises) or in its row.
    private readonly record struct Side(int Column, int Row, bool Rises) : IComparable<Side>
    {
        public int CompareTo(Side other) => (Column, Row, Rises).CompareTo((other.Column, other.Row, other.Rises));
    }
}
