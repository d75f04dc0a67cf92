using NpuSim.Random;
using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Tests.Data;

public sealed class LogMelTests
{
    private static readonly LogMel Small = new(8000, 100, 80, 12, 5);

    // The definition, word for word: a discrete Fourier transform by its sum, with the machine's own cosines.
    [Test]
    public void Equals_the_definition_to_the_bit_after_rounding()
    {
        float[] sound = Noise(400);
        const int Length = 128;
        double[] power = new double[12 * 5];
        double highest = Mel(4000);
        double[] corners = [.. Enumerable.Range(0, 14).Select(i => Hertz(highest * i / 13))];
        for (int frame = 0; frame < 5; frame++)
        {
            for (int bin = 0; bin <= Length / 2; bin++)
            {
                double real = 0, imaginary = 0, hertz = bin * 8000.0 / Length;
                for (int n = 0; n < 100 && (frame * 80) + n < 400; n++)
                {
                    double x = sound[(frame * 80) + n] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / 100)));
                    real += x * Math.Cos(2 * Math.PI * bin * n / Length);
                    imaginary -= x * Math.Sin(2 * Math.PI * bin * n / Length);
                }

                for (int band = 0; band < 12; band++)
                {
                    double rise = (hertz - corners[band]) / (corners[band + 1] - corners[band]);
                    double fall = (corners[band + 2] - hertz) / (corners[band + 2] - corners[band + 1]);
                    power[(band * 5) + frame] += Math.Max(0, Math.Min(rise, fall)) * ((real * real) + (imaginary * imaginary));
                }
            }
        }

        float[] pixels = new float[60];
        Small.Compute(sound, pixels);
        Assert.That(pixels, Is.EqualTo(power.Select(p =>
            (float)(Math.Round(255 * Math.Clamp(1 + (10 * Math.Log10(p / power.Max()) / 80), 0, 1)) / 255))));
    }

    [Test]
    public void Loudness_does_not_matter_and_the_loudest_value_is_one()
    {
        float[] loud = new float[60], quiet = new float[60], sound = Noise(400);
        Small.Compute(sound, loud);
        Small.Compute([.. sound.Select(s => s / 8)], quiet);
        Assert.That(quiet, Is.EqualTo(loud));
        Assert.That(loud.Max(), Is.EqualTo(1));
    }

    [Test]
    public void Silence_is_zero_and_so_is_what_a_short_recording_lacks()
    {
        float[] pixels = new float[60];
        Small.Compute(new float[400], pixels);
        Assert.That(pixels, Is.All.Zero);
        Small.Compute(Noise(100), pixels);
        for (int i = 0; i < 60; i++)
            Assert.That(pixels[i] > 0, Is.EqualTo(i % 5 < 2), $"frame {i % 5}");
    }

    [Test]
    public void A_tone_is_loudest_in_its_band()
    {
        LogMel features = new(8000, 256, 200, 32, 32);
        float[] pixels = new float[32 * 32],
            tone = [.. Enumerable.Range(0, 8000).Select(i => (float)Math.Sin(2 * Math.PI * 1000 * i / 8000))];
        features.Compute(tone, pixels);
        int expected = (int)Math.Round(33 * Mel(1000) / Mel(4000)) - 1;
        for (int frame = 0; frame < 32; frame++)
            Assert.That(Enumerable.Range(0, 32).MaxBy(band => pixels[(band * 32) + frame]), Is.EqualTo(expected));
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    private static float[] Noise(int length)
    {
        RandomStream random = new(1, "sound");
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextDouble(-1, 1))];
    }
}
