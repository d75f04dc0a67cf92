using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// A matrix product of a weight-stationary array whose sequencer unrolls tiles into loads, folds and stores (Gemmini's LOOP_WS).
/// Scratchpad and accumulators hold two tiles. Loads of the next tile go on beside the folds of this one; a tile's place is free
/// again when the results of the last but one have left. A tile's own folds wait for its loads: the scratchpad's banks have one
/// port, and a bank that is being written is not read. Only cycles in which no row is written, and a part of the weights that
/// lies in another bank, let them begin early. Structure: ucb-bar/gemmini, LoopMatmul.scala, DMA.scala, Scratchpad.scala and
/// tiled_matmul_auto of gemmini.h; held against RTL in docs/timing.md.
/// </summary>
internal sealed class SequencedProduct(HardwareProfile profile, Channels channels, double scratchpadBytes)
{
    private const int PartialSumBytes = 4;
    private const long MostTiles = 4096; // beyond, the steady state alone counts

    private readonly SystolicArray array = (SystolicArray)profile.Engine;
    private readonly Dma dma = profile.Memory.Dma!;
    private readonly Dictionary<(long, long, long, long, long), (SequencedTile, MemoryTraffic)> known = [];

    /// <summary>True when the profile has all that this needs and two tiles of the array find room.</summary>
    public static bool Applies(HardwareProfile profile, double scratchpadBytes) =>
        profile is { Memory: { Dma: not null, Accumulators: not null, Dram: not null } }
        && profile.Engine is SystolicArray
        {
            Dataflow: Dataflow.WeightStationary, Overheads.Commands.By: CommandIssuer.Sequencer,
        } array
        && scratchpadBytes >= 2L * array.Rows * (array.Rows + array.Columns);

    /// <summary>Cycles, transfers and bytes of the product.</summary>
    public OpPrice Price(in PlacedGemm product)
    {
        known.Clear();
        (long m, long n, long k) = TileSizes.Of(array, product.Gemm, Operands, Sums);
        if (Tiles(product.Gemm, m, n, k) > MostTiles)
            return Steady(product, m, n, k);
        Pipeline pipeline = new(Latency(product.ResultPlace));
        MemoryTraffic traffic = default;
        Gemm g = product.Gemm;
        for (long i = 0; i < g.M; i += m)
        {
            for (long j = 0; j < g.N; j += n)
            {
                for (long r = 0; r < g.K; r += k)
                {
                    (SequencedTile tile, MemoryTraffic moved) = Tile(product, i, j, r, m, n, k, i + j + r == 0);
                    pipeline.Add(tile);
                    traffic += moved;
                }
            }
        }

        return Priced(product, g.Count * pipeline.End, g.Count * pipeline.Transfer, traffic);
    }

    private long Operands => (long)(scratchpadBytes / 2);

    private long Sums => profile.Memory.Accumulators!.SizeBytes / PartialSumBytes / 2;

    private static long Tiles(Gemm g, long m, long n, long k) =>
        Gemm.CeilingDivide(g.M, m) * Gemm.CeilingDivide(g.N, n) * Gemm.CeilingDivide(g.K, k);

    // Every tile as the first, whole one: the slowest of loading, multiplying and storing sets the pace.
    private OpPrice Steady(in PlacedGemm product, long m, long n, long k)
    {
        (SequencedTile tile, MemoryTraffic moved) = Tile(product, 0, 0, 0, m, n, k, false);
        double tiles = Tiles(product.Gemm, m, n, k), depth = Gemm.CeilingDivide(product.Gemm.K, k);
        SequencedTile last = depth > 1 ? Tile(product, 0, 0, (long)(depth - 1) * k, m, n, k, false).Item1 : tile;
        double pace = Math.Max(Math.Max(tile.LoadCycles, tile.EngineCycles), last.StoreCycles / depth);
        double cycles = (tiles * pace) + tile.LoadCycles + last.StoreCycles + Latency(product.ResultPlace);
        double stores = tiles / depth * last.StoreCycles;
        Gemm g = product.Gemm;
        MemoryTraffic all = default(MemoryTraffic) with
        {
            WeightsRead = moved.WeightsRead * tiles,
            DramRead = moved.DramRead * tiles,
            DramWritten = product.ResultPlace == Place.Scratchpad ? 0 : (double)product.Result / g.Count,
        };
        return Priced(product, g.Count * cycles, g.Count * ((tiles * tile.LoadCycles) + stores), all);
    }

    private OpPrice Priced(in PlacedGemm p, double cycles, double transfer, MemoryTraffic outside)
    {
        Gemm g = p.Gemm;
        double once = array.Rows + array.Rows + array.Columns - 2 + array.Overheads!.ProductCycles
            + array.Overheads.Commands!.Cycles;
        (long streamedPasses, long weightPasses, long sumPasses) = array.Passes(g);
        double sums = (double)PartialSumBytes * g.Count * g.M * g.N * sumPasses;
        double moved = g.Count * outside.External;
        MemoryTraffic traffic = default(MemoryTraffic) with
        {
            ScratchpadRead = ((double)p.Streamed * streamedPasses) + ((double)p.Weights * weightPasses) + p.Bias,
            ScratchpadWritten = moved - (g.Count * outside.DramWritten) + (p.ResultPlace == Place.Scratchpad ? p.Result : 0),
            AccumulatorRead = sums,
            AccumulatorWritten = sums,
            WeightsRead = g.Count * outside.WeightsRead,
            DramRead = g.Count * outside.DramRead,
            DramWritten = g.Count * outside.DramWritten,
        };
        double biasCycles = 0;
        if (p.BiasPlace != Place.Scratchpad && p.Bias > 0)
        {
            biasCycles = channels[p.BiasPlace].Cycles(p.Bias, 1);
            traffic += MemoryTraffic.Read(p.BiasPlace, p.Bias);
        }

        double busy = Math.Max(channels.Scratchpad.Cycles(traffic.Scratchpad, 1),
            channels.Accumulators!.Value.Cycles(2 * sums, 1));
        double all = Math.Max(Math.Max(cycles + (g.Count * once) + biasCycles, p.ComputeCycles), busy);
        return new(all, transfer + biasCycles, traffic);
    }

    private (SequencedTile, MemoryTraffic) Tile(in PlacedGemm p, long i, long j, long r, long m, long n, long k, bool first)
    {
        Gemm g = p.Gemm;
        long rows = Math.Min(m, g.M - i), columns = Math.Min(n, g.N - j), depth = Math.Min(k, g.K - r);
        bool last = r + k >= g.K;
        var key = (rows, columns, depth, r % dma.RequestBytes, (j % dma.RequestBytes * 4) + (last ? 2 : 0) + (first ? 1 : 0));
        if (known.TryGetValue(key, out (SequencedTile, MemoryTraffic) tile))
            return tile;
        LoadTile streamed = Load(p.StreamedPlace, (double)p.Streamed / g.Count / g.M / g.K, g.K, r, depth, rows);
        LoadTile weights = Load(p.WeightsPlace, (double)p.Weights / g.Count / g.N / g.K, g.N, j, columns,
            Gemm.CeilingDivide(depth, array.Rows) * array.Rows); // whole blocks of rows, what lies behind the last ones too
        double results = last && p.ResultPlace != Place.Scratchpad ? (double)p.Result / g.Count / g.M / g.N * rows * columns : 0;
        MemoryTraffic traffic = MemoryTraffic.Read(p.StreamedPlace, streamed.Bytes)
            + MemoryTraffic.Read(p.WeightsPlace, weights.Bytes)
            + (default(MemoryTraffic) with { DramWritten = results });
        tile = (TileOf(p, rows, columns, depth, streamed, weights, last, first), traffic with { ScratchpadRead = 0 });
        known.Add(key, tile);
        return tile;
    }

    private SequencedTile TileOf(
        in PlacedGemm p, long rows, long columns, long depth, LoadTile streamed, LoadTile weights, bool last,
        bool first)
    {
        double down = Gemm.CeilingDivide(rows, array.Rows), across = Gemm.CeilingDivide(columns, array.Columns),
            deep = Gemm.CeilingDivide(depth, array.Rows);
        double passing = streamed.BusCycles + weights.BusCycles;
        double wait = first && passing > 0 ? profile.Memory.Dram!.LatencyCycles : 0, bus = wait + passing;
        double perRequest = (profile.Memory.Dram!.LatencyCycles + dma.RequestCycles) / (double)dma.InFlight;
        // The last rows stream beside the next weights, which takes a whole block.
        double fold = SystolicCycles.Pace(array, Math.Ceiling(down * array.Rows / p.Rate));

        // The weights of the next fold are read while the last rows of this one stream: both in one bank take turns.
        int shared = dma.Banks == 0 ? 0 : Banks((long)down, (long)across, (long)deep);
        double engine = (deep * across * fold) + (shared * across * array.Rows);

        double path = p.ResultPlace == Place.Scratchpad
            ? 0 : Math.Ceiling(Math.Min(columns, array.Columns) * ResultBytes(p) / channels[Place.Dram].BytesPerCycle);
        double results = last ? rows * across : 0, pieces = Math.Ceiling(depth * StreamedBytes(p) / dma.RequestBytes);
        double written = (p.StreamedPlace == Place.Scratchpad ? 0 : rows * deep)
            + (p.WeightsPlace == Place.Scratchpad ? 0 : depth * across);
        bool turns = shared > 0 && shared < deep && passing > 0;
        return new()
        {
            BusCycles = bus,
            RequestCycles = (streamed.Requests + weights.Requests) * perRequest,
            WaitCycles = wait,
            WriteCycles = dma.Banks == 0 ? 0 : written,
            EngineCycles = engine,
            Behind = pieces > 1 ? 1 - (1 / pieces) : 1 - (1 / down),
            ReadyCycles = (engine * (1 - (1 / pieces)))
                + (engine / pieces / across / Math.Ceiling(deep / pieces) * (1 - (1 / down))),
            OtherBank = turns ? weights.BusCycles / passing * (deep - shared) / deep : 0,
            OtherBankCycles = turns ? engine * shared / deep : 0,
            StoresAsItLoads = deep == 1 && across == 1,
            StoreCycles = results * Math.Max(dma.RowCycles, path),
            StoreBusCycles = results * path,
        };
    }

    // Slices of the reduction whose weights lie in the bank of the last rows that stream with them. The streamed operand fills
    // its half of the scratchpad from the start, the weights from the end.
    private int Banks(long down, long across, long deep)
    {
        double rowBytes = (double)array.Rows;
        double bank = profile.Memory.Scratchpad.SizeBytes / (double)dma.Banks / rowBytes;
        double half = scratchpadBytes / 2 / rowBytes, start = half - (deep * across * array.Rows);
        int shared = 0;
        for (long slice = 0; slice < deep; slice++)
        {
            double streams = (((down - 1) * deep) + slice) * array.Rows, stays = start + (slice * across * array.Rows);
            shared += (long)(streams / bank) == (long)(stays / bank) ? 1 : 0;
        }

        return shared;
    }

    private LoadTile Load(Place place, double bytesPerElement, long stride, long start, long width, long rows)
    {
        if (place == Place.Scratchpad)
            return default;
        long element = Math.Max(1, (long)bytesPerElement); // images of a convolution and 4-bit weights: a share of whole bytes
        return LoadTile.Of(dma, channels[place].BytesPerCycle, stride * element, start * element, width * element, rows)
            * (bytesPerElement / element);
    }

    private double Latency(Place place) => place == Place.Scratchpad ? 0 : channels[Place.Dram].LatencyCycles;

    private static double StreamedBytes(in PlacedGemm p) =>
        Math.Max(1, Math.Floor((double)p.Streamed / p.Gemm.Count / p.Gemm.M / p.Gemm.K));

    private static double ResultBytes(in PlacedGemm p) => (double)p.Result / p.Gemm.Count / p.Gemm.M / p.Gemm.N;
}
