using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// Prices a matrix product whose operands pass through the scratchpad in tiles: fewest cycles over a fixed set of tile sizes, of
/// those that fit. The set does not depend on the scratchpad and each size costs no more on a faster memory, so more of either
/// never costs cycles; and each size costs no more for a smaller product.
/// </summary>
internal sealed class TilePricing(HardwareProfile profile, Channels channels, Staging scratchpad)
{
    private const long RegisterTile = 16; // what an engine holds itself when the scratchpad has no room
    private const int PartialSumBytes = 4;

    private readonly Dictionary<PlacedGemm, OpPrice> known = [];

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

        Tile registers = new(1, Math.Min(RegisterTile, g.M), Math.Min(RegisterTile, g.N), Math.Min(RegisterTile, g.K));
        ConsiderOrders(p, registers, Of(p, registers), Overlap.None, ref best);
        for (long count = Next(1, g.Count); ; count = Next(count, g.Count))
        {
            ConsiderIfItFits(p, new(count, g.M, g.N, g.K), ref best);
            if (count == g.Count)
                break;
        }

        for (long m = 1; m > 0; m = m == g.M ? 0 : Next(m, g.M))
        {
            for (long n = 1; n > 0; n = n == g.N ? 0 : Next(n, g.N))
            {
                for (long k = 1; k > 0; k = k == g.K ? 0 : Next(k, g.K))
                    ConsiderIfItFits(p, new(1, m, n, k), ref best);
            }
        }

        return best;
    }

    private static long Next(long tile, long whole) => Math.Min(tile * 4, whole);

    private void ConsiderIfItFits(in PlacedGemm p, Tile tile, ref OpPrice best)
    {
        double sums = (double)PartialSumBytes * tile.Count * tile.M * tile.N;
        if (profile.Memory.Accumulators is { } accumulators && sums > accumulators.SizeBytes)
            return;
        double need = profile.Memory.Accumulators is null && tile.K < p.Gemm.K ? sums : 0;
        TileBytes bytes = Of(p, tile);
        need += p.StreamedPlace == Place.Scratchpad ? 0 : bytes.Streamed;
        need += p.WeightsPlace == Place.Scratchpad ? 0 : bytes.Weights;
        need += p.ResultPlace == Place.Scratchpad ? 0 : bytes.Result;
        if (need <= scratchpad.Bytes)
            ConsiderOrders(p, tile, bytes,
                scratchpad.DoubleBuffered && 2 * need <= scratchpad.Bytes ? Overlap.Tiles : Overlap.None, ref best);
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

        Consider(p, tile, bytes, 1, rows, overlap, ref best);
        Consider(p, tile, bytes, columns, 1, overlap, ref best);
    }

    private void Consider(
        in PlacedGemm p, Tile tile, TileBytes bytes, double streamedFetches, double weightFetches, Overlap overlap,
        ref OpPrice best)
    {
        Gemm g = p.Gemm;
        double products = Tile.Pieces(g.Count, tile.Count), rows = Tile.Pieces(g.M, tile.M), columns = Tile.Pieces(g.N, tile.N);
        double depths = Tile.Pieces(g.K, tile.K);
        (long streamedPasses, long weightPasses, long sumPasses) = profile.Engine.Passes(g);
        Fetched fetched = new(channels, scratchpad.ReadsInPlace);
        fetched.Read(p.StreamedPlace, p.Streamed, bytes.Streamed, streamedFetches, streamedPasses,
            products * rows * depths);
        fetched.Read(p.WeightsPlace, p.Weights, bytes.Weights, weightFetches, weightPasses, products * columns * depths);
        fetched.Read(p.BiasPlace, p.Bias, p.Bias, 1, 1, 1);
        fetched.Read(Place.Scratchpad, p.Reread, 0, 1, 1, 1);
        fetched.Write(p.ResultPlace, p.Result, bytes.Result, products * rows * columns);

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
            double last = Math.Min(busy, profile.Engine.Cycles(tile.Of(g), p.Rate));
            cycles = Math.Min(cycles, Math.Max(busy + first, transfer + last));
        }

        if (cycles <= best.Cycles)
            best = OpPrice.Cheaper(best,
                new(cycles, transfer, fetched.Traffic with { AccumulatorRead = sums, AccumulatorWritten = sums }));
    }

    private static TileBytes Of(in PlacedGemm p, Tile tile) => new(p.StreamedTile(tile), p.WeightsTile(tile), p.ResultTile(tile));

    // Bytes of a tile of each operand and of the result.
    private readonly record struct TileBytes(double Streamed, double Weights, double Result);
}
