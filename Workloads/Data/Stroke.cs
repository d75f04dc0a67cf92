namespace NpuSim.Workloads.Data;

/// <summary>
/// Draws round-ended strokes into grey images. Only exact IEEE operations, so the pixels are the same on every machine.
/// </summary>
internal static class Stroke
{
    /// <summary>
    /// Draws the segment from (x0, y0) to (x1, y1):
    /// pixel = max(pixel, ink · clamp(halfWidth + ½ − distance to the segment, 0, 1)).
    /// Pixel (row, column) has its centre at (column, row); parts outside the image are cut off.
    /// </summary>
    /// <param name="pixels">[height, width].</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="x0">Column of the start.</param>
    /// <param name="y0">Row of the start.</param>
    /// <param name="x1">Column of the end.</param>
    /// <param name="y1">Row of the end.</param>
    /// <param name="halfWidth">Half the stroke's width in pixels.</param>
    /// <param name="ink">Grey level of the stroke, 0..1.</param>
    public static void Draw(Span<float> pixels, int width, float x0, float y0, float x1, float y1, float halfWidth, float ink)
    {
        float reach = halfWidth + 0.5f, dx = x1 - x0, dy = y1 - y0;
        float inverseLength2 = 1 / Math.Max((dx * dx) + (dy * dy), 1e-12f);
        int left = Math.Max(0, (int)MathF.Ceiling(Math.Min(x0, x1) - reach)),
            right = Math.Min(width - 1, (int)MathF.Floor(Math.Max(x0, x1) + reach));
        int top = Math.Max(0, (int)MathF.Ceiling(Math.Min(y0, y1) - reach));
        int bottom = Math.Min((pixels.Length / width) - 1, (int)MathF.Floor(Math.Max(y0, y1) + reach));
        for (int row = top; row <= bottom; row++)
        {
            Span<float> line = pixels.Slice(row * width, width);
            float py = row - y0;
            for (int column = left; column <= right; column++)
            {
                float px = column - x0;
                float along = Math.Clamp(((px * dx) + (py * dy)) * inverseLength2, 0, 1); // 0 at the start, 1 at the end
                float ex = px - (along * dx), ey = py - (along * dy), distance2 = (ex * ex) + (ey * ey);
                if (distance2 < reach * reach)
                    line[column] = Math.Max(line[column], ink * Math.Min(1, reach - MathF.Sqrt(distance2)));
            }
        }
    }
}
