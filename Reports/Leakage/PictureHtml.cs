using System.Buffers.Binary;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies.Leakage;
using NpuSim.Yaml;

namespace NpuSim.Reports.Leakage;

/// <summary>What attacks found beside the images that were behind the messages, as pictures inside the page.</summary>
internal static class PictureHtml
{
    private const int Header = 54, Side = 56; // bytes before the pixels of a bitmap; points that a picture takes

    /// <summary>Writes a table for each batch: a row for each message, defence and attack, a column for each sample.</summary>
    public static void Write(LeakageResults results, TextWriter output)
    {
        foreach (IGrouping<int, LeakageMean> batch in LeakageMean.Of(results)
            .Where(m => m.Attacks.Any(a => a.Outcome?.Picture.Length > 0)).GroupBy(m => m.Case.Batch))
        {
            output.Write("<div class=\"scroll\" role=\"group\" aria-label=\"Pictures\" tabindex=\"0\">\n<table><caption>Pictures "
                + $"of batches of {batch.Key}</caption>\n<tbody>\n<tr><th scope=\"row\">Images behind the messages</th>");
            foreach (LeakageResult attack in batch.First().Attacks)
                Cell(results.Originals[(batch.Key, attack.Case.Sample)], "original");
            output.Write("</tr>\n");
            foreach (LeakageMean mean in batch)
            {
                LeakageCase one = mean.Case;
                string name = $"{YamlWords.Of(one.Attack)} on {one.Message}"
                    + (one.Defence == "none" ? "" : $", {one.Defence}") + $", {YamlWords.Of(one.Weights)} weights";
                output.Write($"<tr><th scope=\"row\">{HtmlText.Escape(name)}</th>");
                foreach (LeakageResult attack in mean.Attacks)
                    Cell(attack.Outcome?.Picture ?? [], name);
                output.Write("</tr>\n");
            }

            output.Write("</tbody>\n</table>\n</div>\n");
        }

        void Cell(byte[] pictures, string name)
        {
            output.Write("<td>");
            foreach (byte[] picture in pictures.Chunk((int)results.Image.Count))
                output.Write($"<img alt=\"{HtmlText.Escape(name)}\" width=\"{Side}\" height=\"{Side}\" style=\"image-rendering:"
                    + $"pixelated\" src=\"data:image/bmp;base64,{Convert.ToBase64String(Bitmap(picture, results.Image))}\">");
            output.Write("</td>");
        }
    }

    /// <summary>A picture as a Windows bitmap of 24 bits a pixel, rows from below.</summary>
    /// <param name="picture">[height, width, channels]: one channel is grey, three are red, green and blue; of others the first
    /// is shown.</param>
    /// <param name="image">The shape.</param>
    internal static byte[] Bitmap(ReadOnlySpan<byte> picture, Workloads.Graphs.Shape image)
    {
        (int height, int width, int channels) = (image[0], image[1], image[2]);
        int row = ((3 * width) + 3) / 4 * 4;
        byte[] file = new byte[Header + (row * height)];
        "BM"u8.CopyTo(file);
        foreach ((int place, int value) in new[]
        {
            (2, file.Length), (10, Header), (14, 40), (18, width), (22, height), (26, 1 | (24 << 16)), (34, row * height),
        })
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(place), value);
        for (int pixel = 0; pixel < width * height; pixel++)
        {
            Span<byte> target = file.AsSpan(Header + ((height - 1 - (pixel / width)) * row) + (pixel % width * 3), 3);
            ReadOnlySpan<byte> source = picture.Slice(pixel * channels, channels);
            for (int c = 0; c < 3; c++)
                target[2 - c] = source[channels == 3 ? c : 0];
        }

        return file;
    }
}
