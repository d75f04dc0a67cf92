using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Tests.Memory;

/// <summary>Random plans: chains and skips, views of views, in-place results, updates of weights, inputs read late.</summary>
internal static class RandomPlans
{
    public static Plan Create(int seed, int ops)
    {
        RandomStream random = new((ulong)seed, "random plans");
        PlanWriter plan = new();
        List<(int Id, int Count, NumberFormat Format)> readable = [];
        for (int i = 0; i < 3; i++)
        {
            int count = 1 + random.NextInt32(200);
            readable.Add((plan.Tensor([count], TensorRole.Input), count, NumberFormat.Int8));
        }

        int weight = plan.Tensor([17, 3], TensorRole.TrainedWeight, NumberFormat.Int16);
        readable.Add((weight, 51, NumberFormat.Int16));
        for (int i = 0; i < ops; i++)
        {
            (int id, int count, NumberFormat format) = Pick(random, readable);
            int other = Pick(random, readable).Id;
            switch (random.NextInt32(5))
            {
                case 0: // a view
                    int view = plan.Tensor([count, 1], format: format, viewOf: id);
                    plan.Op(new Named("reshape", Views: true), view, [id]);
                    readable.Add((view, count, format));
                    break;
                case 1: // an update writes what it reads first
                    plan.Op(new Named("update", Overwrites: true), weight, [weight, other], Phase.Update);
                    break;
                case 2: // may overwrite; the second operand may be the first one again
                    int sum = plan.Tensor([count], format: format);
                    plan.Op(new Named("add", Overwrites: true), sum, random.NextInt32(3) == 0 ? [id] : [id, other]);
                    readable.Add((sum, count, format));
                    break;
                case 3: // may overwrite, but the width of the elements differs
                    int narrow = plan.Tensor([count], format: NumberFormat.Int4);
                    plan.Op(new Named("requantize", Overwrites: true), narrow, [id]);
                    readable.Add((narrow, count, NumberFormat.Int4));
                    break;
                default:
                    int extent = 1 + random.NextInt32(300);
                    int result = plan.Tensor([extent], format: NumberFormat.Int32);
                    plan.Op(new Named("mix"), result, [id, other]);
                    readable.Add((result, extent, NumberFormat.Int32));
                    break;
            }
        }

        return plan.Build();
    }

    // Mostly something recent, so that tensors die.
    private static T Pick<T>(RandomStream random, List<T> items) =>
        random.NextInt32(5) == 0 ? items[random.NextInt32(items.Count)]
            : items[^(1 + random.NextInt32(Math.Min(4, items.Count)))];
}
