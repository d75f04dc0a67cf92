using NpuSim.Random;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>
/// Ice on a window. The published corruption takes its ice from six photographs that NpuSim does not hold; here it is drawn: a
/// grey cloud (<see cref="Plasma"/>, a third of the brightness) under feathers of ice, which grow from the borders as stems with
/// branches at 60°. Blending and strength are the published ones, the texture is not, so accuracies under frost cannot be
/// compared with published ones.
/// </summary>
internal static class FrostTexture
{
    private const int Feathers = 7, Branches = 6;
    private const double CloudBrightness = 0.45, CloudGround = 0.25;

    /// <summary>One texture, grey, from 0 to 1.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="random">Where its chances come from.</param>
    public static float[] Draw(int height, int width, RandomStream random)
    {
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(height, width));
        double[] cloud = Plasma.Cloud(size, 2, random);
        float[] ice = new float[height * width];
        for (int i = 0; i < ice.Length; i++)
            ice[i] = (float)(CloudGround + (CloudBrightness * cloud[(i / width * size) + (i % width)]));
        for (int i = 0; i < Feathers; i++)
            DrawFeather(ice, height, width, random);
        return ice;
    }

    private static void DrawFeather(Span<float> ice, int height, int width, RandomStream random)
    {
        bool fromSide = random.NextDouble() < 0.5, fromFar = random.NextDouble() < 0.5;
        double x = fromSide ? (fromFar ? width - 1 : 0) : random.NextDouble(0, width);
        double y = fromSide ? random.NextDouble(0, height) : fromFar ? height - 1 : 0;
        double angle = (fromSide ? 0 : 0.5) + (fromFar ? 1 : 0) + random.NextDouble(-0.25, 0.25); // half turns, inwards
        double length = random.NextDouble(0.3, 0.7) * Math.Min(height, width);
        float ink = (float)random.NextDouble(0.7, 1);
        Line(ice, width, x, y, angle, length, ink);
        for (int branch = 1; branch <= Branches; branch++)
        {
            double along = length * branch / (Branches + 1), reach = (length - along) * 0.6;
            double fromX = x + (along * Elementary.CosPi(angle)), fromY = y + (along * Elementary.SinPi(angle));
            Line(ice, width, fromX, fromY, angle + (1.0 / 3), reach, ink * 0.9f);
            Line(ice, width, fromX, fromY, angle - (1.0 / 3), reach, ink * 0.9f);
        }
    }

    private static void Line(Span<float> ice, int width, double x, double y, double angle, double length,
        float ink) => Stroke.Draw(
        ice, width, (float)x, (float)y, (float)(x + (length * Elementary.CosPi(angle))),
        (float)(y + (length * Elementary.SinPi(angle))), 0.4f, ink);
}
