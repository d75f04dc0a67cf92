using System.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>
/// How data comes from memories outside: in requests, of which a limited number are under way. In steady state a request ends
/// every (latency of the memory + request cycles) / in-flight cycles, a second limit beside the bandwidth.
/// </summary>
/// <param name="RequestBytes">Largest request, a power of two; a request does not cross a multiple of its size.</param>
/// <param name="BeatBytes">Smallest request, a power of two; what passes in one cycle at the most.</param>
/// <param name="InFlight">Requests under way at the most.</param>
/// <param name="RequestCycles">Cycles of a request beside the latency of the memory.</param>
/// <param name="RowCycles">Cycles in which one row of results leaves the array's accumulators.</param>
/// <param name="Banks">
/// Banks of the scratchpad with one port each: while a bank is written, the engine reads nothing from it. 0: as many ports as
/// needed.
/// </param>
[Yaml("How data comes from memories outside: in requests, of which a limited number are under way.")]
public sealed record Dma(
    [Yaml("Largest request, a power of two; none crosses a multiple of its size.", Min = 1, Max = 1048576)] int RequestBytes,
    [Yaml("Smallest request, a power of two; what passes in one cycle at the most.", Min = 1, Max = 1048576)] int BeatBytes,
    [Yaml("Requests under way at the most; one ends every (latency + request-cycles) / in-flight cycles.",
        Min = 1, Max = 1048576)]
    int InFlight,
    [Yaml("Cycles of a request beside the latency of the memory.", Min = 0, Max = 1000000)] int RequestCycles = 0,
    [Yaml("Cycles in which one row of results leaves the accumulators of an array with a sequencer.", Min = 0, Max = 1000000)]
    double RowCycles = 1,
    [Yaml("Banks of the scratchpad with one port each: the engine reads nothing from a bank that is being written; 0: no such "
        + "conflict.",
        Min = 0, Max = 1048576)]
    int Banks = 0) : IChecked
{
    /// <summary>Sizes that are no powers of two, or a smallest request above the largest.</summary>
    public IEnumerable<Problem> Problems()
    {
        if (!BitOperations.IsPow2(RequestBytes))
            yield return new Problem("request", $"found {RequestBytes} B; accepted is a power of two");
        if (!BitOperations.IsPow2(BeatBytes))
            yield return new Problem("beat", $"found {BeatBytes} B; accepted is a power of two");
        else if (BeatBytes > RequestBytes)
            yield return new Problem("beat", $"found {BeatBytes} B; accepted is at most the request's {RequestBytes} B");
    }
}
