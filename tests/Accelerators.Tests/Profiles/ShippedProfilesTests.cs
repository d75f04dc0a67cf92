using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Tests.Profiles;

public sealed class ShippedProfilesTests
{
    private static IEnumerable<string> Names => ShippedProfiles.Names;

    [Test]
    public void The_promised_profiles_are_there() => Assert.That(ShippedProfiles.Names, Is.SupersetOf(new[]
    {
        "cortex-m4", "cortex-m7", "dsp-40bit-saturating", "ethos-u55-128", "ethos-u55-256", "hexagon-hvx", "systolic-int8-16x16",
        "systolic-int8-16x16-acc20",
    }));

    // Half of them are no RTL, so that people find what they look for
    [Test]
    public void Microcontrollers_DSPs_NPUs_and_engines_that_train_are_among_them() => Assert.That(ShippedProfiles.Names,
        Is.SupersetOf(new[]
        {
            "cortex-m0plus", "cortex-m33", "cortex-m55", "esp32-s3", "pulp-cluster-8", "c66x", "hifi5", "ethos-u65-256",
            "ethos-u65-512", "ethos-u85-256", "nvdla-small", "nvdla-large", "k210", "edge-tpu", "amd-aie", "pulp-redmule", "snax-mx",
        }));

    [Test]
    public void A_study_compares_four_kinds_unless_others_are_named_of_which_two_differ_in_their_overflow_alone()
    {
        HardwareProfile[] compared = [.. ShippedProfiles.Default.Select(ShippedProfiles.Find)];
        Assert.That(compared, Has.Length.EqualTo(4));
        Assert.That(compared.Select(p => (p.Engine.GetType(), p.Numerics.Accumulator.Overflow)), Is.Unique);
        (HardwareProfile wrapping, HardwareProfile saturating) = (compared[2], compared[3]);
        Assert.That(saturating with
        {
            Name = wrapping.Name,
            Description = wrapping.Description,
            Sources = wrapping.Sources,
            Numerics = saturating.Numerics with { Accumulator = wrapping.Numerics.Accumulator },
        }, Is.EqualTo(wrapping));
    }

    [TestCaseSource(nameof(Names))]
    public void Its_name_is_the_name_of_its_file(string name) => Assert.That(ShippedProfiles.Find(name).Name, Is.EqualTo(name));

    [TestCaseSource(nameof(Names))]
    public void Printed_and_read_back_it_is_the_same(string name)
    {
        HardwareProfile profile = ShippedProfiles.Find(name);
        string text = ProfileWriter.ToYaml(profile);
        HardwareProfile back = ProfileReader.Read(text, "printed.yaml");
        Assert.That(back, Is.EqualTo(profile));
        Assert.That(ProfileWriter.ToYaml(back), Is.EqualTo(text));
    }

    [TestCaseSource(nameof(Names))]
    public void Printed_with_comments_it_is_still_the_same_and_no_key_lacks_one(string name)
    {
        HardwareProfile profile = ShippedProfiles.Find(name);
        string text = YamlRecord.PrintCommented(profile);
        Assert.That(ProfileReader.Read(text, "commented.yaml"), Is.EqualTo(profile));
        string[] lines = text[..text.IndexOf("\nformats:", StringComparison.Ordinal)].Split('\n');
        Assert.That(lines.Zip(lines.Skip(1)).Where(l => !l.Second.Contains('#') && !l.First.Contains('#')), Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public void Every_constant_has_a_source(string name)
    {
        HardwareProfile profile = ShippedProfiles.Find(name);
        IEnumerable<string> constants = YamlRecord.Leaves(profile)
            .Where(p => p is not ("name" or "description") && !p.StartsWith("sources.", StringComparison.Ordinal));
        Assert.That(constants.Where(p => string.IsNullOrWhiteSpace(profile.SourceOf(p))), Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public void It_multiplies_int8_by_int8_at_full_rate(string name) => Assert.That(
        ShippedProfiles.Find(name).Pair(NumberFormat.Int8, NumberFormat.Int8)?.Rate, Is.EqualTo(1));

    [Test]
    public void One_at_least_has_no_float_host() =>
        Assert.That(ShippedProfiles.Names.Select(ShippedProfiles.Find).Where(p => p.Host is null), Is.Not.Empty);

    [Test]
    public void An_unknown_name_lists_those_there_are_and_guesses() => Assert.That(
        Assert.Throws<InputException>(() => ShippedProfiles.Find("cortex-m44"))!.Message,
        Is.EqualTo($"there is no profile 'cortex-m44'; accepted are {string.Join(", ", ShippedProfiles.Names)}, "
            + "or the path of a .yaml file (did you mean 'cortex-m4'?)"));

    [Test]
    public void A_path_is_read_from_disk()
    {
        string path = Path.Combine(Path.GetTempPath(), $"npusim-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, ShippedProfiles.Text("cortex-m7"));
        try
        {
            Assert.That(ShippedProfiles.Find(path), Is.EqualTo(ShippedProfiles.Find("cortex-m7")));
        }
        finally
        {
            File.Delete(path);
        }

        string message = Assert.Throws<InputException>(() => ShippedProfiles.Find(path))!.Message;
        Assert.That(message, Is.EqualTo($"{path}: there is no such file"));
    }
}
