namespace NpuSim.Workloads.Data;

/// <summary>
/// The embedded set of drawn signs, see <see cref="Glyphs"/>: 60,000 images to train on and 10,000 to test on for each seed.
/// </summary>
internal sealed record GlyphSet() : ImageSet(
    "glyphs", "ten stroked signs, 28×28 grey, drawn from a seed; embedded", Glyphs.SampleShape, Glyphs.ClassNames.Length)
{
    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed) => new Source(this, split, seed);

    private sealed class Source(GlyphSet set, Split split, ulong seed)
        : ImageSource(set, split, split == Split.Train ? 60_000 : 10_000)
    {
        public override int Label(int index) => Glyphs.Label(index);

        public override void Read(int index, Span<float> pixels) =>
            Glyphs.Draw(seed, Split == Split.Train ? "train" : "test", index, pixels);
    }
}
