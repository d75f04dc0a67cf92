using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>Requests by which rows of a matrix come from memory.</summary>
/// <param name="Requests">How many.</param>
/// <param name="Bytes">Bytes that they read, those beside the wanted ones included.</param>
/// <param name="BusCycles">Cycles in which they occupy the path from memory, each request whole cycles.</param>
internal readonly record struct LoadTile(double Requests, double Bytes, double BusCycles)
{
    /// <summary>
    /// The requests for rows of a row-major matrix: each row in pieces of the largest request, each piece in aligned requests of
    /// a power of two, of which that is next which brings most of what is left, the smallest of equals.
    /// </summary>
    /// <param name="dma">Sizes of requests.</param>
    /// <param name="bytesPerCycle">Bandwidth.</param>
    /// <param name="stride">Bytes from one row of the matrix to the next.</param>
    /// <param name="start">Byte of a row at which the tile starts.</param>
    /// <param name="width">Bytes of a row in the tile.</param>
    /// <param name="rows">Rows of the tile.</param>
    public static LoadTile Of(Dma dma, double bytesPerCycle, long stride, long start, long width, long rows)
    {
        LoadTile all = default;
        long kinds = Math.Min(rows, Period(stride, dma.RequestBytes)); // rows with the same address modulo a request are alike
        for (long row = 0; row < kinds; row++)
        {
            LoadTile one = Row(dma, bytesPerCycle, (row * stride) + start, width);
            long alike = (rows / kinds) + (row < rows % kinds ? 1 : 0);
            all = new(all.Requests + (alike * one.Requests), all.Bytes + (alike * one.Bytes),
                all.BusCycles + (alike * one.BusCycles));
        }

        return all;
    }

    /// <summary>A share of these requests.</summary>
    public static LoadTile operator *(LoadTile tile, double share) =>
        new(tile.Requests * share, tile.Bytes * share, tile.BusCycles * share);

    /// <summary>Both.</summary>
    public static LoadTile operator +(LoadTile a, LoadTile b) =>
        new(a.Requests + b.Requests, a.Bytes + b.Bytes, a.BusCycles + b.BusCycles);

    private static LoadTile Row(Dma dma, double bytesPerCycle, long address, long width)
    {
        double requests = 0, bytes = 0, cycles = 0;
        for (long at = 0; at < width; at += dma.RequestBytes)
        {
            long left = Math.Min(dma.RequestBytes, width - at), from = address + at;
            while (left > 0)
            {
                long brings = 0, size = 0;
                for (long s = dma.BeatBytes; s <= dma.RequestBytes; s *= 2)
                {
                    long wanted = Math.Min(s - (from % s), left);
                    if (wanted > brings)
                        (brings, size) = (wanted, s);
                }

                requests++;
                bytes += size;
                cycles += Math.Max(Math.Ceiling(size / bytesPerCycle), size / dma.BeatBytes);
                from += brings;
                left -= brings;
            }
        }

        return new(requests, bytes, cycles);
    }

    private static long Period(long stride, long request)
    {
        long period = 1;
        while (period < request && (stride * period) % request != 0)
            period *= 2;
        return period;
    }
}
