using System.Collections.Immutable;
using NpuSim.Random;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>
/// The embedded image set: ten stroked signs on 28×28 grey pixels, each drawn with its own rotation, scale, shear, shift, bend,
/// stroke width and ink. An image is a pure function of (seed, split, index): any one can be drawn without the others, and
/// because only +, −, ×, ÷ and √ are used it is the same on every machine.
/// </summary>
internal static class Glyphs
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Size = 28;

    /// <summary>Pixels per unit of the signs' coordinates.</summary>
    private const double Scale = 10.5;

    private const double Cos22 = 0.92387953251128674, Sin22 = 0.38268343236508977; // a sixteenth of a turn

    // The signs in [-1, 1]², y downwards: polylines whose curves are chords of a sixteenth of a turn.
    private static readonly ImmutableArray<ImmutableArray<ImmutableArray<(double X, double Y)>>> Signs =
    [
        [Arc(0, 0, 0, -0.8, 16, 1)],                                                     // ring
        [Arc(0, 0, 0.566, -0.566, 12, 1)],                                               // horseshoe, open at the top
        [Arc(0, 0, 0.1, 0.15, 24, 1.066)],                                               // spiral
        [[(0, -0.8), (0.75, 0.65), (-0.75, 0.65), (0, -0.8)]],                           // triangle
        [[(-0.68, -0.68), (0.68, -0.68), (0.68, 0.68), (-0.68, 0.68), (-0.68, -0.68)]],  // square
        [[(0, -0.8), (0, 0.8)], [(-0.8, 0), (0.8, 0)]],                                  // plus
        [[(0, 0.85), (0, -0.8)], [(-0.55, -0.2), (0, -0.8), (0.55, -0.2)]],              // arrow
        [[(-0.65, -0.75), (0.65, -0.75), (-0.65, 0.75), (0.65, 0.75)]],                  // zigzag
        [[(0, 0.85), (0, 0), (-0.65, -0.75)], [(0, 0), (0.65, -0.75)]],                  // fork
        [[.. Arc(0, -0.4, 0.3696, -0.1531, 11, -1), .. Arc(0, 0.4, 0, -0.4, 11, 1)]],    // wave
    ];

    /// <summary>What each class shows, by label.</summary>
    public static ImmutableArray<string> ClassNames { get; } =
        ["ring", "horseshoe", "spiral", "triangle", "square", "plus", "arrow", "zigzag", "fork", "wave"];

    /// <summary>Shape of one image.</summary>
    public static Shape SampleShape { get; } = [Size, Size, 1];

    /// <summary>The class of an image. Classes follow one another, so that every ten images hold each class once.</summary>
    public static int Label(int index) => index % ClassNames.Length;

    /// <summary>Draws one image.</summary>
    /// <param name="seed">Seed of the set.</param>
    /// <param name="split">Name of the split: another name gives other images.</param>
    /// <param name="index">Which image of the split, from 0.</param>
    /// <param name="pixels">[28, 28, 1], overwritten; grey levels in [0, 1], ink bright on a dark ground.</param>
    public static void Draw(ulong seed, string split, int index, Span<float> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (pixels.Length != Size * Size)
            throw new ArgumentException($"{pixels.Length} pixels for an image of {SampleShape}.", nameof(pixels));
        pixels.Clear();
        RandomStream random = new(seed, $"glyphs {split} {index}");
        Warp warp = new(random);
        float halfWidth = (float)random.NextDouble(0.7, 1.5), ink = (float)random.NextDouble(0.7, 1);
        foreach (ImmutableArray<(double X, double Y)> line in Signs[Label(index)])
        {
            (float x0, float y0) = warp.Map(line[0]);
            foreach ((double X, double Y) point in line.AsSpan()[1..])
            {
                (float x1, float y1) = warp.Map(point);
                Stroke.Draw(pixels, Size, x0, y0, x1, y1, halfWidth, ink);
                (x0, y0) = (x1, y1);
            }
        }
    }

    // Chords around (cx, cy) from the offset (x, y), clockwise on the screen; each ends `growth` times as far out as it began.
    // A negative growth turns the other way at the same distance.
    private static ImmutableArray<(double X, double Y)> Arc(double cx, double cy, double x, double y, int chords, double growth)
    {
        ImmutableArray<(double, double)>.Builder points = ImmutableArray.CreateBuilder<(double, double)>();
        points.Add((cx + x, cy + y));
        double scale = Math.Abs(growth), sin = growth < 0 ? -Sin22 : Sin22;
        for (int i = 0; i < chords; i++)
        {
            (x, y) = (scale * ((x * Cos22) - (y * sin)), scale * ((x * sin) + (y * Cos22)));
            points.Add((cx + x, cy + y));
        }

        return points.ToImmutable();
    }

    // From a sign's coordinates to pixels: a quadratic bend, then rotation · shear · scale, then a shift.
    private readonly struct Warp
    {
        private readonly double bendXX, bendXY, bendYX, bendYY, xx, xy, yx, yy, shiftX, shiftY;

        public Warp(RandomStream random)
        {
            bendXX = random.NextDouble(-0.12, 0.12);
            bendXY = random.NextDouble(-0.12, 0.12);
            bendYX = random.NextDouble(-0.12, 0.12);
            bendYY = random.NextDouble(-0.12, 0.12);
            double t = random.NextDouble(-0.15, 0.15); // tan of half the angle: at most ±17°
            double cos = (1 - (t * t)) / (1 + (t * t)), sin = 2 * t / (1 + (t * t));
            double shear = random.NextDouble(-0.2, 0.2);
            double width = Scale * random.NextDouble(0.72, 1.05), height = Scale * random.NextDouble(0.72, 1.05);
            (xx, xy) = (cos * width, ((cos * shear) - sin) * height);
            (yx, yy) = (sin * width, ((sin * shear) + cos) * height);
            shiftX = ((Size - 1) / 2.0) + random.NextDouble(-2, 2);
            shiftY = ((Size - 1) / 2.0) + random.NextDouble(-2, 2);
        }

        public (float X, float Y) Map((double X, double Y) point)
        {
            double x = point.X + (bendXX * point.X * point.Y) + (bendXY * point.Y * point.Y);
            double y = point.Y + (bendYX * point.X * point.Y) + (bendYY * point.X * point.X);
            return ((float)((xx * x) + (xy * y) + shiftX), (float)((yx * x) + (yy * y) + shiftY));
        }
    }
}
