using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Tests.Profiles;

public sealed class KnobTests
{
    private static readonly HardwareProfile Small = ProfileReader.Read(SmallProfile.Text, "small.yaml");

    [TestCase("engine.rows=8,16,32", "8|16|32")]
    [TestCase("engine.rows=8", "8")]
    [TestCase("numerics.accumulator.bits=16..20", "16|17|18|19|20")]
    [TestCase("numerics.accumulator.bits=16..40+8", "16|24|32|40")]
    [TestCase("engine.rows=4..64*2,96", "4|8|16|32|64|96")]
    [TestCase("memory.scratchpad.size=16KiB..1MiB*4", "16 KiB|64 KiB|256 KiB|1024 KiB")]
    [TestCase("memory.scratchpad.size=16KiB..64KiB+24KiB", "16 KiB|40 KiB|64 KiB")]
    [TestCase("memory.dram.bandwidth=500 MB/s..2 GB/s+500MB/s", "500 MB/s|1000 MB/s|1500 MB/s|2000 MB/s")]
    [TestCase("vector.move=0.5..2*2", "0.5|1.0|2.00")]
    [TestCase("engine.rows=8,8,16", "8|16")]
    [TestCase("memory.dram=null", "null")]
    [TestCase("formats=[{weights: int8, activations: int8}],[]", "[{weights: int8, activations: int8}]|[]")]
    public void Values_are_lists_and_ranges_in_order(string text, string values) =>
        Assert.That(Knob.Parse(text).Values.Select(Trimmed), Is.EqualTo(values.Split('|').Select(Trimmed)));

    [TestCase("engine.{rows,columns}=8,16", "engine.rows|engine.columns")]
    [TestCase("{engine.rows,vector.move}=8", "engine.rows|vector.move")]
    [TestCase("memory.{scratchpad,accumulators}.size=64KiB", "memory.scratchpad.size|memory.accumulators.size")]
    public void Keys_in_braces_change_together(string text, string paths) =>
        Assert.That(Knob.Parse(text).Paths, Is.EqualTo(paths.Split('|')));

    [TestCase("engine.rows")]
    [TestCase("=8")]
    [TestCase("engine.rows=")]
    [TestCase("engine.rows=8,,9")]
    [TestCase("engine.rows=8..")]
    [TestCase("engine.rows=16..8")]
    [TestCase("engine.rows=8..16*1")]
    [TestCase("engine.rows=8..16+0")]
    [TestCase("engine.rows=0..16*2")]
    [TestCase("engine.rows=0..900000")]
    [TestCase("memory.scratchpad.size=16KiB..1MiB")]
    [TestCase("memory.scratchpad.size=16KiB..1MHz*2")]
    [TestCase("memory.scratchpad.size=16KiB..64*2")]
    [TestCase("engine.{rows}=8")]
    [TestCase("engine.{rows,rows}=8")]
    [TestCase("engine.{rows=8")]
    [TestCase("engine.{rows,}=8")]
    public void What_is_no_knob_is_refused_in_one_line(string text) =>
        Assert.That(Assert.Throws<InputException>(() => Knob.Parse(text))!.Message, Does.Contain(text).And.Not.Contain("\n"));

    [Test]
    public void A_setting_changes_its_key_and_marks_it_as_assumed()
    {
        HardwareProfile set = ProfileSetting.On(Small, [new("engine.rows", "8"), new("memory.scratchpad.size", "64KiB")]);
        Assert.Multiple(() =>
        {
            Assert.That(((SystolicArray)set.Engine).Rows, Is.EqualTo(8));
            Assert.That(set.Memory.Scratchpad.SizeBytes, Is.EqualTo(65536));
            Assert.That(set.SourceOf("engine.rows"), Is.EqualTo("assumed: set to 8 here"));
            Assert.That(set.SourceOf("engine.columns"), Is.EqualTo(Small.SourceOf("engine.columns")));
            Assert.That(YamlRecord.Problems(set), Is.Empty);
            Assert.That(ProfileReader.Read(ProfileWriter.ToYaml(set), "set.yaml"), Is.EqualTo(set),
                "it is the profile that its print describes");
        });
    }

    [Test]
    public void A_group_that_is_set_to_nothing_takes_its_sources_along()
    {
        HardwareProfile set = ProfileSetting.On(ShippedProfiles.Find("systolic-int8-16x16"),
            [new("memory.accumulators", "null"), new("host", "null")]);
        Assert.That(set.Memory.Accumulators, Is.Null);
        Assert.That(YamlRecord.Problems(set), Is.Empty);
    }

    [TestCase("name", "x")]
    [TestCase("description", "x")]
    [TestCase("sources.clock", "x")]
    [TestCase("engine.kind", "mac-array")]
    public void What_decides_nothing_or_would_need_more_keys_is_refused(string path, string value) =>
        Assert.That(() => new ProfileSetting(path, value).On(Small), Throws.TypeOf<InputException>().With.Message.Contains(path));

    [Test]
    public void A_rule_between_keys_is_asked_once_all_are_set() =>
        Assert.That(
            Assert.Throws<InputException>(() =>
                ProfileSetting.Require(ProfileSetting.On(Small, [new("numerics.accumulator.bits", "16")])))!.Message,
            Does.Contain("numerics.accumulator.bits").And.Contains("accepted is at least"));

    [TestCase("wrap", false)]
    [TestCase("saturate", true)]
    [TestCase("saturate-on-drain", true)]
    public void Only_an_accumulator_that_saturates_may_be_narrower_than_a_product(string overflow, bool accepted)
    {
        HardwareProfile narrow = ProfileSetting.On(Small,
            [new("numerics.accumulator.bits", "12"), new("numerics.accumulator.overflow", overflow)]);
        Assert.That(() => ProfileSetting.Require(narrow), accepted ? Throws.Nothing
            : Throws.TypeOf<InputException>().With.Message.Contains("found 12; accepted is at least")
                .And.Message.Contains("or an overflow that saturates"));
    }

    private static string Trimmed(string value) => decimal.TryParse(value, out decimal number) ? $"{number:0.##}" : value;
}
