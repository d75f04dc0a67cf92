using System.Collections.Immutable;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>Step sizes of a workload for methods with certain switches.</summary>
public class TunedMethodsTests
{
    private static readonly TuningScheme Lp = TuningScheme.Parse("lp");

    private static TunedSettings Entry(string method, double rate = 0.5) =>
        new(method, ImmutableSortedDictionary<string, double>.Empty.Add("lp", rate));

    private static Workload With(params TunedSettings[] tuned)
    {
        Workload workload = Workload.Load("glyphs-cnn");
        return workload with { Methods = workload.Methods with { Tuned = [.. tuned] } };
    }

    [TestCase("ff:fp32", 1e-2)] // no entry fits: the section
    [TestCase("ff:fp32+m1", 1e-2)]
    [TestCase("ff:fp16+kernel-norm", 0.1)]
    [TestCase("ff:fp32+kernel-norm", 0.2)] // of as many switches the one with a format
    [TestCase("ff:fp32+adam+kernel-norm+m1", 0.3)] // most switches, whatever the format
    [TestCase("spsa:fp32+m4+kernel-norm", 0.4)] // a name alone fits every switch
    [TestCase("qzo-ff:8w8a+kernel-norm", 0.6)]
    [TestCase("qzo-ff:16w8a+kernel-norm", 1e-2)]
    [TestCase("bp:fp16+momentum0.5+compact", 0.7)]
    [TestCase("bp:fp16+momentum0.9+compact", 0.02)] // another number is another switch
    public void The_entry_with_the_most_switches_counts_then_the_one_with_a_format(string method, double rate)
    {
        Workload workload = With(
            Entry("ff+kernel-norm", 0.1), Entry("ff:fp32+kernel-norm", 0.2), Entry("ff+adam+kernel-norm", 0.3),
            Entry("spsa", 0.4), Entry("qzo-ff:8w8a", 0.6),
            Entry("bp+momentum0.5", 0.7));
        Assert.Multiple(() =>
        {
            Assert.That(TunedMethods.Problems(workload), Is.Empty);
            Assert.That(workload.Settings(workload.Configure(Method.Parse(method)), Lp).LearningRate, Is.EqualTo(rate));
        });
    }

    [Test]
    public void What_an_entry_leaves_out_stays_as_in_the_section()
    {
        Method method = Method.Parse("qzo-ff:8w8a+kernel-norm"), plain = Method.Parse("qzo-ff:8w8a");
        Workload workload = With(new TunedSettings("qzo-ff+kernel-norm",
            ImmutableSortedDictionary<string, double>.Empty.Add("ft", 0.7), 0.25, 5, Decay.Cosine));
        Workload little = With(Entry("qzo-ff+kernel-norm"));
        TrainingSettings section = workload.Settings(plain, Lp);
        Assert.Multiple(() =>
        {
            Assert.That(workload.Settings(method, Lp),
                Is.EqualTo(section with { LearningRate = 0.7, Epsilon = 0.25, Decay = Decay.Cosine }), "lp takes the rate of ft");
            Assert.That(((ForwardMethod)workload.Configure(method)).Directions, Is.EqualTo(5));
            Assert.That(((ForwardMethod)workload.Configure(plain)).Directions, Is.EqualTo(workload.Methods.QzoFf.Directions));
            Assert.That(little.Settings(method, Lp), Is.EqualTo(section with { LearningRate = 0.5 }));
            Assert.That(little.Settings(method, TuningScheme.Full), Is.EqualTo(workload.Settings(plain, TuningScheme.Full)),
                "neither lp's rate nor any other");
            Assert.That(((ForwardMethod)little.Configure(method)).Directions, Is.EqualTo(workload.Methods.QzoFf.Directions));
        });
    }

    [Test]
    public void Two_entries_as_near_to_a_method_are_an_error_until_one_has_the_switches_of_both()
    {
        Workload workload = With(Entry("ff+kernel-norm"), Entry("ff+adam"));
        Method both = Method.Parse("ff:fp32+adam+kernel-norm");
        InputException? fault = Assert.Throws<InputException>(() => workload.Settings(both, Lp));
        Assert.Multiple(() =>
        {
            Assert.That(fault!.Message, Does.Contain(
                "methods.tuned has ff+kernel-norm and ff+adam, which fit ff:fp32+kernel-norm+adam equally well"));
            Assert.That(() => workload.Settings(Method.Parse("ff:fp32+adam"), Lp), Throws.Nothing);
            Assert.That(With(Entry("ff+kernel-norm"), Entry("ff+adam"), Entry("ff+adam+kernel-norm", 0.9))
                .Settings(both, Lp).LearningRate, Is.EqualTo(0.9));
        });
    }

    [TestCase("fff+adam",
        "methods.tuned[0].method: there is no method 'fff+adam' (did you mean 'ff'?); accepted are bp, ")]
    [TestCase("ff:fp31", "methods.tuned[0].method: method 'ff:fp31': ff runs in fp32, fp16")]
    [TestCase("qzo-ff+adam", "methods.tuned[0].method: method 'qzo-ff+adam': qzo-ff in 16w8a has no switch adam")]
    [TestCase("ff+m", "methods.tuned[0].method: method 'ff+m': switch mN takes a whole number from 1 to 1000")]
    [TestCase("", "methods.tuned[0].method: there is no method ''")]
    public void A_method_that_does_not_exist_is_a_problem_with_its_place(string method, string expected) =>
        Assert.That(TunedMethods.Problems(With(Entry(method))).Single().ToString(), Does.StartWith(expected));

    [Test]
    public void Settings_that_a_method_does_not_have_and_a_second_entry_are_problems()
    {
        Workload workload = With(
            Entry("bp") with { Epsilon = 0.1, Directions = 2 }, Entry("jvp") with { Epsilon = 0.1, Directions = 2 },
            Entry("ff+m2") with { Directions = 2 },
            Entry("ff") with { Epsilon = 2 }, Entry("qzo-ff-steps") with { Epsilon = 2 }, Entry("ff+adam+m2"),
            Entry("ff+m2+adam"));
        Workload stepless = workload with { Methods = workload.Methods with { QzoFfSteps = null } };
        Assert.Multiple(() =>
        {
            Assert.That(TunedMethods.Problems(workload).Select(p => p.Key), Is.EqualTo(new[]
            {
                "methods.tuned[0].epsilon", "methods.tuned[0].directions", "methods.tuned[1].epsilon",
                    "methods.tuned[2].directions", "methods.tuned[3].epsilon",
                "methods.tuned[6].method",
            }));
            Assert.That(TunedMethods.Problems(stepless).Select(p => p.Key), Does.Contain("methods.tuned[4].method"));
        });
    }

    [Test]
    public void A_pattern_without_format_takes_every_switch_that_a_format_of_the_method_has()
    {
        foreach (Method method in Method.All)
        {
            foreach (MethodSwitch given in MethodSwitches.Of(method))
            {
                string switched = given.Name + given.Argument?.Least.ToString(System.Globalization.CultureInfo.InvariantCulture);
                Assert.That(() => MethodPattern.Parse($"{method.Name}+{switched}"), Throws.Nothing, $"{method}+{switched}");
            }
        }
    }

    [TestCase("bp+residual8", "bp:8w8a+residual8", true)]
    [TestCase("bp+residual8", "bp:8w8a", false)]
    [TestCase("spsa+residual8", "spsa:16w8a+m3+residual8", true)]
    [TestCase("spsa+adam", "spsa:fp32+adam", true)]
    public void A_switch_that_some_formats_have_is_a_pattern_of_those(string pattern, string method, bool fits) =>
        Assert.That(MethodPattern.Parse(pattern).Fits(Method.Parse(method)), Is.EqualTo(fits));
}
