using NpuSim.Random;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Models;

namespace NpuSim.Simulator.Tests;

/// <summary>A task of three classes that a small network learns in a second: noisy 8×8 images brighter at the top, left or
/// middle.</summary>
internal static class ToyTask
{
    public static Model Model { get; } = new("toy", [8, 8, 1], 3, Networks.Convolutional);

    public static Dataset Data(int count, ulong seed, double contrast = 1)
    {
        RandomStream random = new(seed, "toy");
        float[] images = new float[count * 64];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % 3;
            for (int p = 0; p < 64; p++)
            {
                (int row, int column) = (p / 8, p % 8);
                bool bright = labels[i] switch
                {
                    0 => row < 3,
                    1 => column < 3,
                    _ => row is > 2 and < 6
                    && column is > 2 and < 6
                };
                images[(i * 64) + p] = (float)Math.Clamp((contrast * (bright ? 0.5 : 0)) + 0.2
                    + (0.1 * random.NextNormal()), 0, 1);
            }
        }

        return new Dataset([8, 8, 1], 3, images, labels);
    }
}
