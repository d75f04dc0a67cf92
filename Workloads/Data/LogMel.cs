using MathNet.Numerics.IntegralTransforms;
using NpuSim.Workloads.Graphs;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>
/// Log-mel spectrograms: Hann windows of sound, their power spectra, summed in triangles that stand equally far apart on the mel
/// scale m(f) = 2595 · log₁₀(1 + f/700) (O'Shaughnessy, "Speech Communication", 1987; triangles as in HTK), in decibels below the
/// recording's loudest value, of which <see cref="RangeDecibels"/> become 0..1.
/// <para>
/// Spectra come from MathNet.Numerics, whose sines may differ in the last bit from machine to machine. So every value is rounded
/// to a step of 1/255: what remains is the same everywhere unless a value lies within about 10⁻¹² of a step's edge.
/// </para>
/// </summary>
/// <param name="SampleRateHz">Samples per second of the recordings.</param>
/// <param name="WindowSamples">Samples of a window.</param>
/// <param name="StepSamples">Samples from one window to the next.</param>
/// <param name="Bands">Mel bands from 0 Hz to half the sample rate.</param>
/// <param name="Frames">Windows: what a recording lacks is silence, what it has beyond is left out.</param>
[Yaml("How recordings become log-mel spectrograms.")]
internal sealed record LogMel(
    [Yaml("Samples per second of the recordings.", Min = 100, Max = 1000000)] int SampleRateHz,
    [Yaml("Samples of a Hann window.", Min = 16, Max = 16384)] int WindowSamples,
    [Yaml("Samples from one window to the next.", Min = 1, Max = 16384)] int StepSamples,
    [Yaml("Mel bands from 0 Hz to half the sample rate.", Min = 1, Max = 256)] int Bands,
    [Yaml("Windows; a shorter recording is followed by silence, a longer one is cut.", Min = 1, Max = 4096)] int Frames)
{
    /// <summary>Decibels between the values 0 and 1.</summary>
    public const double RangeDecibels = 80;

    private const double DecibelsPerNeper = 4.342944819032518; // 10 / ln 10
    private const int Steps = 255;

    private readonly Lazy<double[]> window = new(() => Hann(WindowSamples));
    private readonly Lazy<Triangle[]> triangles = new(() => TrianglesOf(SampleRateHz, WindowSamples, Bands));

    /// <summary>Shape of a spectrogram: [bands, frames, 1], lowest band first.</summary>
    public Shape Shape => [Bands, Frames, 1];

    /// <summary>The spectrogram of a recording.</summary>
    /// <param name="samples">At <see cref="SampleRateHz"/>.</param>
    /// <param name="pixels">[bands, frames], overwritten with values in [0, 1].</param>
    /// <exception cref="ArgumentException">The length of <paramref name="pixels"/> is another.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> pixels)
    {
        if (pixels.Length != Bands * Frames)
            throw new ArgumentException($"{pixels.Length} pixels for {Bands} bands of {Frames} frames.", nameof(pixels));
        double[] power = new double[pixels.Length];
        double[] spectrum = new double[SpectrumLength(WindowSamples) + 2];
        for (int frame = 0; frame < Frames; frame++)
        {
            Array.Clear(spectrum);
            long start = (long)frame * StepSamples;
            for (int i = 0; i < WindowSamples && start + i < samples.Length; i++)
                spectrum[i] = samples[(int)start + i] * window.Value[i];
            Fourier.ForwardReal(spectrum, spectrum.Length - 2, FourierOptions.NoScaling);
            for (int band = 0; band < Bands; band++)
                power[(band * Frames) + frame] = triangles.Value[band].Sum(spectrum);
        }

        double loudest = power.Max();
        for (int i = 0; i < pixels.Length; i++)
        {
            double below = power[i] > 0 ? DecibelsPerNeper * Elementary.Log(power[i] / loudest) : double.NegativeInfinity;
            double value = Math.Clamp(1 + (below / RangeDecibels), 0, 1);
            pixels[i] = (float)(Math.Floor((value * Steps) + 0.5) / Steps);
        }
    }

    // The next power of two: zeros behind the window interpolate its spectrum.
    private static int SpectrumLength(int samples) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)samples);

    private static double[] Hann(int length) =>
        [.. Enumerable.Range(0, length).Select(i => (1 - Elementary.CosPi(2.0 * i / length)) / 2)];

    private static Triangle[] TrianglesOf(int rate, int window, int bands)
    {
        int length = SpectrumLength(window);
        double highest = Elementary.Log(1 + (rate / 2.0 / 700)); // mel / 2595 · ln 10; the factor cancels
        double[] corners = [.. Enumerable.Range(0, bands + 2)
            .Select(i => 700 * (Elementary.Exp(highest * i / (bands + 1)) - 1) * length / rate)];
        return [.. Enumerable.Range(0, bands).Select(i => Triangle.Over(corners[i], corners[i + 1], corners[i + 2], length / 2))];
    }

    // Weights of the bins First, First + 1, … of a spectrum. A band narrower than a bin takes the bin nearest to its centre.
    private sealed record Triangle(int First, double[] Weights)
    {
        public static Triangle Over(double left, double centre, double right, int lastBin)
        {
            int first = (int)Math.Floor(left) + 1, last = Math.Min(lastBin, (int)Math.Ceiling(right) - 1);
            return last < first
                ? new Triangle(Math.Min(lastBin, (int)Math.Floor(centre + 0.5)), [1])
                : new Triangle(first, [.. Enumerable.Range(first, last - first + 1)
                    .Select(bin => bin <= centre ? (bin - left) / (centre - left) : (right - bin) / (right - centre))]);
        }

        // Packed spectrum: real and imaginary part of each bin side by side.
        public double Sum(double[] spectrum)
        {
            double sum = 0;
            for (int i = 0; i < Weights.Length; i++)
            {
                double real = spectrum[2 * (First + i)], imaginary = spectrum[(2 * (First + i)) + 1];
                sum += Weights[i] * ((real * real) + (imaginary * imaginary));
            }

            return sum;
        }
    }
}
