using NpuSim.Files;

namespace NpuSim.Primitives.Tests.Files;

[NonParallelizable]
public sealed class InputBudgetTests
{
    [SetUp]
    public void Limit() => InputBudget.MaxBytes = 1000;

    [TearDown]
    public void Standard() => InputBudget.MaxBytes = InputBudget.DefaultBytes;

    [Test]
    public void All_that_one_file_claims_adds_up()
    {
        string fault = Assert.Throws<InputException>(() => InputBudget.Within(() =>
        {
            InputBudget.Take(600, "a.onnx: tensor 'w'");
            return InputBudget.Within(() => // a file that the first one names
            {
                InputBudget.Take(600, "a.onnx: tensor 'v'");
                return 0;
            });
        }))!.Message;
        Assert.That(fault, Is.EqualTo(
            "a.onnx: tensor 'v': claims 600 bytes of memory after 600 before; --max-input-bytes accepts 1000 for a file."));
    }

    [Test]
    public void The_next_file_has_a_budget_of_its_own()
    {
        for (int i = 0; i < 3; i++)
            Assert.That(InputBudget.Within(() => Taken(1000)), Is.EqualTo(1000));
        Assert.That(() => InputBudget.Within(() => Taken(1001)), Throws.TypeOf<InputException>());
        Assert.That(InputBudget.Within(() => Taken(1000)), Is.EqualTo(1000), "a file that was refused leaves nothing behind");
    }

    [Test]
    public void A_count_that_leaves_64_bits_is_refused() =>
        Assert.That(() => InputBudget.Take(long.MaxValue / 2, 4, "x"), Throws.TypeOf<InputException>());

    private static long Taken(long bytes)
    {
        InputBudget.Take(bytes, "x");
        return bytes;
    }
}
