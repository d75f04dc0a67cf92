using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// Prices a matrix product whose operands pass through the scratchpad in tiles: fewest cycles over a fixed set of tile sizes, of
/// those that fit. The set does not depend on the scratchpad and each size costs no more on a faster memory, so more of either
/// never costs cycles; and each size costs no more for a smaller product. Of sizes that cost the same the one considered last
/// counts.
/// </summary>
internal sealed class TilePricing(HardwareProfile profile, Channels channels, Staging scratchpad)
{
    private const long RegisterTile = 16; // what an engine holds itself when the scratchpad has no room
    private const int PartialSumBytes = 4, MostLengths = 33; // of 63 bits, by fours

    private readonly Dictionary<PlacedGemm, OpPrice> known = [];
    private (long Streamed, long Weights, long Sums) passes; // of the product at hand

    /// <summary>The price with the best tiles.</summary>
    public OpPrice Best(in PlacedGemm product)
    {
        if (!known.TryGetValue(product, out OpPrice price))
            known.Add(product, price = Search(product));
        return price;
    }

    private OpPrice Search(in PlacedGemm product)
    {
        PlacedGemm p = product;
        Gemm g = p.Gemm;
        OpPrice best = new(double.MaxValue, 0, default);
        passes = profile.Engine.Passes(g);
        bool outside = p.StreamedPlace != Place.Scratchpad || p.WeightsPlace != Place.Scratchpad
            || p.ResultPlace != Place.Scratchpad;
        if (scratchpad.ReadsInPlace || !outside)
        {
            if (!scratchpad.ReadsInPlace && WaitingSums.Overflow(profile, p.Gemm))
                return new WaitingSums(profile, channels, scratchpad.Bytes).Best(p);
            Tile all = new(g.Count, g.M, g.N, g.K);
            Consider(p, all, Of(p, all), 1, 1, Overlap.Full, ref best);
            return best;
        }

        if (SequencedProduct.Applies(profile, scratchpad.Bytes))
            return new SequencedProduct(profile, channels, scratchpad.Bytes).Price(p);
        if (WaitingSums.Overflow(profile, g))
            p = new WaitingSums(profile, channels, 0).InPieces(p);

        // From large tiles to small ones: good prices come early and spare the rest.
        ConsiderPieces(p, ref best);
        Span<long> counts = stackalloc long[MostLengths];
        for (int i = Lengths(g.Count, counts) - 1; i >= Math.Min(1, g.Count - 1); i--)
        {
            Tile products = new(counts[i], g.M, g.N, g.K);
            ConsiderIfItFits(p, products, Of(p, products), ref best);
        }

        Tile registers = new(1, Math.Min(RegisterTile, g.M), Math.Min(RegisterTile, g.N), Math.Min(RegisterTile, g.K));
        ConsiderOrders(p, registers, Of(p, registers), Overlap.None, ref best);
        return best;
    }

    // 1, 4, 16, … and the whole; returns how many.
    private static int Lengths(long whole, Span<long> lengths)
    {
        int count = 0;
        for (long length = 1; length < whole; length = length > whole / 4 ? whole : length * 4)
            lengths[count++] = length;
        lengths[count++] = whole;
        return count;
    }

    // Rows, columns and depth of one product.
    private void ConsiderPieces(in PlacedGemm p, ref OpPrice best)
    {
        Gemm g = p.Gemm;
        Span<long> ms = stackalloc long[MostLengths], ns = stackalloc long[MostLengths], ks = stackalloc long[MostLengths];
        int rows = Lengths(g.M, ms), columns = Lengths(g.N, ns), depths = Lengths(g.K, ks);
        TileBytes one = new((double)p.Streamed / g.Count, (double)p.Weights / g.Count, (double)p.Result / g.Count);
        Axis down = new(g.M, p.Whole.Rows), across = new(g.N, p.Whole.Columns), deep = new(g.K, p.Whole.Depth);
        for (int i = rows - 1; i >= 0; i--)
        {
            double streamed = one.Streamed / down.Whole * down.Part(ms[i]) / deep.Whole;
            double results = one.Result / down.Whole * down.Part(ms[i]) / across.Whole;
            for (int j = columns - 1; j >= 0; j--)
            {
                if (LeastTransfer(p, Tile.Pieces(g.M, ms[i]), Tile.Pieces(g.N, ns[j])) > best.Cycles)
                    continue;
                double weights = one.Weights / across.Whole * across.Part(ns[j]) / deep.Whole;
                double result = results * across.Part(ns[j]);
                for (int k = depths - 1; k >= 0; k--)
                {
                    TileBytes bytes = new(streamed * deep.Part(ks[k]), weights * deep.Part(ks[k]), result);
                    ConsiderIfItFits(p, new(1, ms[i], ns[j], ks[k]), bytes, ref best);
                }
            }
        }
    }

    // No more than what any tile of so many pieces transfers, rounding included: one operand passes once, the other once for
    // each piece of the first.
    private double LeastTransfer(in PlacedGemm p, double rows, double columns)
    {
        double streamed = PerPass(p.StreamedPlace, p.Streamed), weights = PerPass(p.WeightsPlace, p.Weights);
        double both = Math.Min(streamed + (weights * rows), (streamed * columns) + weights);
        return (1 - 1e-9) * (both + PerPass(p.ResultPlace, p.Result));
    }

    private double PerPass(Place place, long bytes) => place == Place.Scratchpad ? 0 : bytes / channels[place].BytesPerCycle;

    private void ConsiderIfItFits(in PlacedGemm p, Tile tile, TileBytes bytes, ref OpPrice best)
    {
        double sums = (double)PartialSumBytes * tile.Count * tile.M * tile.N;
        if (profile.Memory.Accumulators is { } accumulators && sums > accumulators.SizeBytes)
            return;
        double need = Outside(p, bytes, profile.Memory.Accumulators is null && tile.K < p.Gemm.K ? sums : 0);
        if (need <= scratchpad.Bytes)
            ConsiderOrders(p, tile, bytes,
                scratchpad.DoubleBuffered && 2 * need <= scratchpad.Bytes ? Overlap.Tiles : Overlap.None, ref best);
    }

    // Bytes of a tile that take room: sums that wait, and the operands that come from elsewhere.
    private static double Outside(in PlacedGemm p, in TileBytes bytes, double sums)
    {
        double need = sums;
        need += p.StreamedPlace == Place.Scratchpad ? 0 : bytes.Streamed;
        need += p.WeightsPlace == Place.Scratchpad ? 0 : bytes.Weights;
        need += p.ResultPlace == Place.Scratchpad ? 0 : bytes.Result;
        return need;
    }

    // With the reduction in one piece either operand stays while the other passes; with partial sums kept over its pieces, both
    // pass.
    private void ConsiderOrders(in PlacedGemm p, Tile tile, TileBytes bytes, Overlap overlap, ref OpPrice best)
    {
        double rows = Tile.Pieces(p.Gemm.M, tile.M), columns = Tile.Pieces(p.Gemm.N, tile.N);
        if (tile.K < p.Gemm.K)
        {
            Consider(p, tile, bytes, columns, rows, overlap, ref best);
            return;
        }

        Consider(p, tile, bytes, columns, 1, overlap, ref best);
        Consider(p, tile, bytes, 1, rows, overlap, ref best);
    }

    private void Consider(
        in PlacedGemm p, Tile tile, TileBytes bytes, double streamedFetches, double weightFetches, Overlap overlap,
        ref OpPrice best)
    {
        Gemm g = p.Gemm;
        double products = Tile.Pieces(g.Count, tile.Count), rows = Tile.Pieces(g.M, tile.M), columns = Tile.Pieces(g.N, tile.N);
        double depths = Tile.Pieces(g.K, tile.K);
        (long streamedPasses, long weightPasses, long sumPasses) = passes;
        Fetched fetched = new(channels, scratchpad.ReadsInPlace);
        fetched.Read(p.StreamedPlace, p.Streamed, bytes.Streamed, streamedFetches, streamedPasses,
            products * rows * depths);
        fetched.Read(p.WeightsPlace, p.Weights, bytes.Weights, weightFetches, weightPasses, products * columns * depths);
        fetched.Read(p.BiasPlace, p.Bias, p.Bias, 1, 1, 1);
        fetched.Read(Place.Scratchpad, p.Reread, 0, 1, 1, 1);
        fetched.Write(p.ResultPlace, p.Result, bytes.Result, products * rows * columns);
        if (fetched.TransferCycles > best.Cycles)
            return;

        double busy = Math.Max(p.ComputeCycles, fetched.ScratchpadCycles), sums = 0;
        if (channels.Accumulators is { } accumulators)
        {
            sums = (double)PartialSumBytes * g.Count * g.M * g.N * sumPasses;
            busy = Math.Max(busy, accumulators.Cycles(2 * sums, 1));
        }

        double transfer = fetched.TransferCycles, cycles = overlap == Overlap.Full ? Math.Max(busy, transfer) : busy + transfer;
        if (Math.Max(busy, transfer) > best.Cycles)
            return; // no overlap makes up for that
        if (overlap == Overlap.Tiles)
        {
            double first = Math.Min(transfer, fetched.TileCycles);
            if (busy + first > best.Cycles)
                return;
            double last = Math.Min(busy, profile.Engine.Cycles(tile.Of(g), p.Rate));
            cycles = Math.Min(cycles, Math.Max(busy + first, transfer + last));
        }

        if (cycles <= best.Cycles)
            best = OpPrice.Cheaper(
                new(cycles, transfer, fetched.Traffic with { AccumulatorRead = sums, AccumulatorWritten = sums }), best);
    }

    private static TileBytes Of(in PlacedGemm p, Tile tile) => new(p.StreamedTile(tile), p.WeightsTile(tile), p.ResultTile(tile));

    // Bytes of a tile of each operand and of the result.
    private readonly record struct TileBytes(double Streamed, double Weights, double Result);

    // A length of the product, filled up to whole tiles of the array.
    private readonly struct Axis(long length, long fill)
    {
        public double Whole { get; } = WholeTiles.Filled(length, fill);

        public double Part(long tile) => fill == 1 ? tile : WholeTiles.Filled(tile, fill);
    }
}
