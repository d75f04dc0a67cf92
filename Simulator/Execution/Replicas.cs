using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace NpuSim.Simulator.Execution;

/// <summary>Devices of one arithmetic, made as threads need them and used again.</summary>
/// <param name="make">Makes one with the weights that everything starts from.</param>
internal sealed class Replicas(Func<IReplica> make)
{
    private readonly ConcurrentBag<IReplica> free = [];

    /// <summary>Does a piece of work with a device that nobody else uses meanwhile.</summary>
    public TResult With<TResult>(Func<IReplica, TResult> work)
    {
        if (!free.TryTake(out IReplica? replica))
            replica = make();
        TResult result = work(replica);
        free.Add(replica); // after a fault it is not used again
        return result;
    }

    /// <summary>The tensors that train, and the weights that everything starts from.</summary>
    public (ImmutableArray<TrainedTensor> Tensors, float[] Weights) First()
    {
        IReplica fresh = make();
        float[] weights = new float[fresh.Tensors.Sum(t => t.Count)];
        fresh.Save(weights);
        free.Add(fresh);
        return (fresh.Tensors, weights);
    }
}
