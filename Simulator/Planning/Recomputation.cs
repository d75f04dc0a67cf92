using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>A node of a step; <paramref name="Again"/>: computed a second time, in the backward pass.</summary>
internal readonly record struct StepNode(Node Node, bool IsForward, bool Again = false);

/// <summary>
/// Activation checkpointing (arXiv 1604.06174): the forward pass is cut into segments; of each but the last only what later
/// segments read is kept, and what the backward pass needs besides is computed again, segment by segment, before its first
/// reader. Where to cut is decided by laying out the memory of the step for many choices.
/// </summary>
internal static class Recomputation
{
    private const int MostTrials = 300;

    /// <summary>The nodes of a step in order.</summary>
    /// <param name="graph">Forward and backward pass.</param>
    /// <param name="cuts">Places in the forward pass before which a segment begins, ascending; none: nothing is computed
    /// again.</param>
    public static ImmutableArray<StepNode> Order(BackwardGraph graph, ImmutableArray<int> cuts)
    {
        ImmutableArray<Node> forward = graph.Forward;
        Dictionary<int, int> place = forward.Select((n, i) => (n.Output.Id, i)).ToDictionary();
        int[] segment = [.. Enumerable.Range(0, forward.Length).Select(i => cuts.Count(c => c <= i))];
        HashSet<int> kept =
        [
            .. forward.Where(n => BackwardGraph.IsPart(n, graph.Tuning.Graph)).Select(n => n.Output.Id),
            .. from i in Enumerable.Range(0, forward.Length)
               from operand in forward[i].Inputs
               where place.TryGetValue(operand.Id, out int made) && segment[made] < segment[i]
               select operand.Id,
        ];

        // Places in the forward pass that the backward pass needs again, and what they are computed from
        HashSet<int> wanted = [];
        Stack<int> open = new(graph.Backward.SelectMany(n => n.Inputs).Select(i => i.Id));
        while (open.TryPop(out int id))
        {
            if (!place.TryGetValue(id, out int at) || segment[at] == cuts.Length || kept.Contains(id) || !wanted.Add(at))
                continue;
            foreach (Value operand in forward[at].Inputs)
                open.Push(operand.Id);
        }

        ILookup<int, int> bySegment = wanted.Order().ToLookup(at => segment[at]);
        HashSet<int> done = [];
        var order = ImmutableArray.CreateBuilder<StepNode>();
        order.AddRange(forward.Select(n => new StepNode(n, IsForward: true)));
        foreach (Node node in graph.Backward)
        {
            foreach (Value operand in node.Inputs)
            {
                if (place.TryGetValue(operand.Id, out int at) && wanted.Contains(at) && done.Add(segment[at]))
                    order.AddRange(bySegment[segment[at]].Select(i => new StepNode(forward[i], IsForward: true, Again: true)));
            }

            order.Add(new StepNode(node, IsForward: false));
        }

        return order.ToImmutable();
    }

    /// <summary>The plan with the smallest arena that was found: evenly spread cuts first, then one more or one less at a
    /// time.</summary>
    /// <param name="graph">Forward and backward pass.</param>
    /// <param name="plan">The plan of an order.</param>
    /// <param name="arenaBytes">Scratch memory of a plan.</param>
    public static Plan Smallest(BackwardGraph graph, Func<ImmutableArray<StepNode>, Plan> plan, Func<Plan, long> arenaBytes)
    {
        ImmutableArray<int> places = Narrow(graph.Forward);
        (Plan Plan, long Bytes, ImmutableArray<int> Cuts) best = Try([]);
        int trials = 0;
        for (int count = 1; count <= Math.Min(places.Length, 2 * (int)Math.Ceiling(Math.Sqrt(places.Length))); count++)
            Consider([.. Enumerable.Range(1, count).Select(i => places[i * places.Length / (count + 1)]).Distinct()]);
        for (bool improved = true; improved && trials < MostTrials;)
        {
            long before = best.Bytes;
            ImmutableArray<int> from = best.Cuts;
            foreach (int place in places)
                Consider(from.Contains(place) ? from.Remove(place) : [.. from.Add(place).Order()]);
            improved = best.Bytes < before;
        }

        return best.Plan;

        void Consider(ImmutableArray<int> cuts)
        {
            if (trials++ < MostTrials && Try(cuts) is var tried && tried.Bytes < best.Bytes)
                best = tried;
        }

        (Plan Plan, long Bytes, ImmutableArray<int> Cuts) Try(ImmutableArray<int> cuts)
        {
            Plan tried = plan(Order(graph, cuts));
            return (tried, arenaBytes(tried), cuts);
        }
    }

    // Places where no more elements cross than at both neighbours: elsewhere a cut keeps more for nothing.
    private static ImmutableArray<int> Narrow(ImmutableArray<Node> forward)
    {
        long[] crossing = new long[forward.Length + 1];
        Dictionary<int, int> last = [];
        for (int i = 0; i < forward.Length; i++)
        {
            foreach (Value operand in forward[i].Inputs)
                last[operand.Id] = i;
        }

        for (int i = 0; i < forward.Length; i++)
        {
            for (int at = i + 1; at <= last.GetValueOrDefault(forward[i].Output.Id, i); at++)
                crossing[at] += forward[i].Output.Shape.Count;
        }

        return
        [
            .. Enumerable.Range(1, Math.Max(0, forward.Length - 1)).Where(i =>
                crossing[i] <= crossing[i + 1] && (i == 1 || crossing[i] <= crossing[i - 1])),
        ];
    }
}
