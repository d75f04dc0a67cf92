using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class NpzTests
{
    [Test]
    public void Arrays_have_the_names_of_their_entries()
    {
        var arrays = Read(NpzWriter.Npz(("b.bias.npy", NpzWriter.Floats("2,", 1, 2)), ("a/weight.npy", NpzWriter.Floats("", 3))));
        Assert.That(arrays.Keys, Is.EqualTo(new[] { "a/weight", "b.bias" }));
        Assert.That(arrays["b.bias"].ToFloats(), Is.EqualTo(new float[] { 1, 2 }));
    }

    [Test]
    public void A_zip_bomb_is_stopped_before_it_takes_memory()
    {
        byte[] bomb = NpzWriter.Npz(("a.npy", NpzWriter.Npy("|i1", "4", new byte[100_000_000])));
        Assert.That(bomb, Has.Length.LessThan(1_000_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(bomb, "a.npz: a: too long: Int8 4 takes 4 bytes, there are more.");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [Test]
    public void An_entry_that_claims_more_than_a_gigabyte_is_refused()
    {
        byte[] file = NpzWriter.Npz(("a.npy", NpzWriter.Floats("1", 1)));
        int directory = file.AsSpan().LastIndexOf("PK\x01\x02"u8);
        file.AsSpan(directory + 24, 4).Fill(0x7F); // uncompressed size
        Refuses(file, "a.npz: too large: its arrays take more than 1073741824 bytes.");
    }

    // Sizes stand in the local header from byte 18 on and in the directory from byte 20 of its entry on; the number itself at the
    // end of the content.
    [TestCase("a bit of a number")]
    [TestCase("the checksum")]
    [TestCase("a size that is larger")]
    [TestCase("a size that is smaller")]
    [TestCase("a negative size")]
    public void An_entry_that_is_not_what_the_archive_states_is_refused(string what)
    {
        byte[] content = NpzWriter.Floats("4", 1, 2, 3, 4), file = NpzWriter.Stored("a.npy", content);
        int directory = file.AsSpan().IndexOf("PK\x01\x02"u8), data = file.AsSpan().IndexOf(content);
        Assert.That(Npz.Read(new MemoryStream(file), "a.npz"), Has.Count.EqualTo(1));
        switch (what)
        {
            case "a bit of a number":
                file[data + content.Length - 1] ^= 1;
                break;
            case "the checksum":
                file[directory + 16] ^= 1;
                break;
            default:
                int size = what switch
                {
                    "a negative size" => -5,
                    "a size that is larger" => content.Length + 4,
                    _ => content.Length - 4
                };
                BitConverter.TryWriteBytes(file.AsSpan(directory + 24), size);
                break;
        }

        Assert.That(() => Npz.Read(new MemoryStream(file), "a.npz"),
            Throws.TypeOf<InputException>().With.Message.StartsWith("a.npz"), what);
    }

    [Test]
    public void A_name_that_occurs_twice_is_refused() =>
        Refuses(NpzWriter.Npz(("a.npy", NpzWriter.Floats("1", 1)), ("a.npy", NpzWriter.Floats("1", 1))),
            "a.npz: two arrays are named 'a'.");

    [Test]
    public void Other_files_in_the_archive_are_refused() =>
        Refuses(NpzWriter.Npz(("../../evil.sh", [1])), "a.npz: '../../evil.sh' is no npy array.");

    [Test]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] file = NpzWriter.Npz(("a.npy", NpzWriter.Floats("3", 1, 2, 3)));
        for (int length = 0; length < file.Length; length += 3)
            Assert.That(Assert.Throws<InputException>(() => Read(file[..length]))!.Message, Does.StartWith("a.npz: "));
    }

    [Test]
    public void Weights_come_from_npz_as_from_safetensors()
    {
        Weights weights = WeightFile.Read(new MemoryStream(NpzWriter.Npz(("head.bias.npy", NpzWriter.Floats("2", 1, 2)))),
            "w.npz");
        Assert.That(weights.Validate([new("head.bias", [2])]), Is.Empty);
        using MemoryStream safetensors = new();
        Safetensors.Write(safetensors, weights);
        safetensors.Position = 0;
        Assert.That(WeightFile.Read(safetensors, "w").Tensors["head.bias"].Values.ToArray(), Is.EqualTo(new float[] { 1, 2 }));
    }

    [Test]
    public void Integers_are_no_weights()
    {
        byte[] file = NpzWriter.Npz(("t1.npy", NpzWriter.Npy("|i1", "1", [1])));
        Assert.That(Assert.Throws<InputException>(() => WeightFile.Read(new MemoryStream(file), "w.npz"))!.Message,
            Is.EqualTo("w.npz: t1 holds Int8; weights are Float16, Float32 or Float64."));
    }

    [Test]
    public void The_arrays_of_a_published_network_are_read()
    {
        var arrays = Npz.Read(Path.Combine(ReferenceData.Folder("models"), "models", "resnet8-cifar10-int8.npz"));
        Assert.That(arrays["t8"].Shape, Is.EqualTo(Shape.Create([16, 3, 3, 3])));
        Assert.That(arrays["t8"].Type, Is.EqualTo(ElementType.Int8));
        Assert.That(arrays["t7"].ToIntegers().Max(), Is.EqualTo(127));
    }

    private static ImmutableSortedDictionary<string, NumberArray> Read(byte[] file) => Npz.Read(new MemoryStream(file), "a.npz");

    private static void Refuses(byte[] file, string message) =>
        Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message, Is.EqualTo(message));
}
