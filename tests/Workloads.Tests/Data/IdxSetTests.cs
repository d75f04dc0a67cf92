using NpuSim.Workloads.Data;
using NpuSim.Workloads.Tests.Formats;

namespace NpuSim.Workloads.Tests.Data;

public sealed class IdxSetTests
{
    private static readonly IdxSet Tiny = new("tiny", "", [2, 2, 1], 3, new("images", "labels", ..^1),
        new("images", "labels", ^1..));
    private string folder = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("npusim-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "tiny"));
        Write("images", IdxTests.File([3, 2, 2], [0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8]));
        Write("labels", IdxTests.File([3], [2, 0, 1]));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Bytes_become_pixels_and_splits_take_their_ranges()
    {
        ImageSource train = Tiny.Open(Split.Train, folder, 1), test = Tiny.Open(Split.Test, folder, 1);
        float[] image = new float[4];
        train.Read(0, image);
        Assert.Multiple(() =>
        {
            Assert.That(image, Is.EqualTo(new[] { 0, 0.2f, 0.4f, 1 }));
            Assert.That((train.Count, test.Count), Is.EqualTo((2, 1)));
            Assert.That((train.Label(0), train.Label(1), test.Label(0)), Is.EqualTo((2, 0, 1)));
        });
        test.Read(0, image);
        Assert.That(image[0], Is.EqualTo(5 / 255f));
    }

    [Test]
    public void The_set_may_also_lie_in_the_data_folder_itself() =>
        Assert.That(Tiny.Open(Split.Train, Path.Combine(folder, "tiny"), 1).Count, Is.EqualTo(2));

    [Test]
    public void A_missing_file_is_one_line_with_file_set_and_how_to_name_the_folder()
    {
        File.Delete(Path.Combine(folder, "tiny", "labels"));
        Refuses($"{Path.Combine(folder, "tiny", "labels.gz")}: no such file, which the image set tiny needs; give the data " +
            $"folder with --data DIR or NPUSIM_DATA.");
    }

    [Test]
    public void No_folder_at_all_is_one_line()
    {
        string? before = Environment.GetEnvironmentVariable("NPUSIM_DATA");
        try
        {
            Environment.SetEnvironmentVariable("NPUSIM_DATA", null);
            Assert.That(Assert.Throws<InputException>(() => Tiny.Open(Split.Train, null, 1))!.Message,
                Is.EqualTo("the image set tiny is read from files: give its folder with --data DIR or NPUSIM_DATA."));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NPUSIM_DATA", before);
        }
    }

    [Test]
    public void A_label_that_is_no_class_is_refused()
    {
        Write("labels", IdxTests.File([3], [2, 0, 3]));
        Refuses($"{Path.Combine(folder, "tiny", "labels")}: label 3 at index 2; tiny has the classes 0 to 2.");
    }

    [Test]
    public void Images_of_another_size_are_refused()
    {
        Write("images", IdxTests.File([3, 2, 1], [1, 2, 3, 4, 5, 6]));
        Refuses($"{Path.Combine(folder, "tiny", "images")}: images of the shape 3×2×1; tiny has N×2×2.");
    }

    [Test]
    public void Another_number_of_labels_than_images_is_refused()
    {
        Write("labels", IdxTests.File([2], [0, 1]));
        Refuses($"{Path.Combine(folder, "tiny", "images")}: 3 images, but 2 labels in {Path.Combine(folder, "tiny", "labels")}.");
    }

    [Test]
    public void A_split_beyond_the_images_is_refused()
    {
        InputException? fault = Assert.Throws<InputException>(
            () => (Tiny with { Train = new("images", "labels", ..^3) }).Open(Split.Train, folder, 1));
        Assert.That(fault!.Message, Does.EndWith("3 images; tiny takes images 0..^3 for its Train split."));
    }

    private void Refuses(string message) =>
        Assert.That(Assert.Throws<InputException>(() => Tiny.Open(Split.Train, folder, 1))!.Message, Is.EqualTo(message));

    private void Write(string file, byte[] content) => File.WriteAllBytes(Path.Combine(folder, "tiny", file), content);
}
