using NpuSim.Reports.Leakage;

namespace NpuSim.Reports.Tests.Leakage;

public sealed class PictureHtmlTests
{
    [Test]
    public void A_bitmap_has_its_rows_from_below_in_blue_green_and_red_filled_up_to_four_bytes()
    {
        byte[] file = PictureHtml.Bitmap([1, 2, 3, 4, 5, 6], [2, 1, 3]);
        Assert.Multiple(() =>
        {
            Assert.That(file, Has.Length.EqualTo(54 + 8));
            Assert.That(file[..2], Is.EqualTo("BM"u8.ToArray()));
            Assert.That((file[2], file[10], file[18], file[22], file[26], file[28]), Is.EqualTo((62, 54, 1, 2, 1, 24)));
            Assert.That(file[54..], Is.EqualTo(new byte[] { 6, 5, 4, 0, 3, 2, 1, 0 }));
        });
    }

    [Test]
    public void One_channel_is_grey() =>
        Assert.That(PictureHtml.Bitmap([9], [1, 1, 1])[54..], Is.EqualTo(new byte[] { 9, 9, 9, 0 }));
}
