namespace NpuSim.Workloads.Data;

/// <summary>A split whose pixels lie in memory as bytes; 255 becomes 1.</summary>
/// <param name="set">The set it belongs to.</param>
/// <param name="split">Which part of it.</param>
/// <param name="images">[count, height, width, channels].</param>
/// <param name="labels">[count].</param>
internal sealed class ByteSource(ImageSet set, Split split, ReadOnlyMemory<byte> images, ReadOnlyMemory<byte> labels)
    : ImageSource(set, split, labels.Length)
{
    private readonly int pixelsPerImage = (int)set.SampleShape.Count;

    public override int Label(int index) => labels.Span[index];

    public override void Read(int index, Span<float> pixels)
    {
        ReadOnlySpan<byte> image = images.Span.Slice(index * pixelsPerImage, pixelsPerImage);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = image[i] / 255f;
    }
}
