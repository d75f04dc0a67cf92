using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class LookupKernelTests
{
    [TestCase(NumberFormat.Int8)]
    [TestCase(NumberFormat.Int16)]
    public void Row_i_of_the_result_is_the_row_of_the_table_that_index_i_names(NumberFormat format)
    {
        int[] table = [.. Enumerable.Range(-6, 12)], indices = [3, 0, 3, 2, 1];
        byte[] y = Integers.Bytes(new int[15], format);
        LookupKernel.Run(indices, Integers.Operand(table, format), 4, new Operand(y, format), "op");
        Assert.That(Integers.Read(y, format),
            Is.EqualTo(indices.SelectMany(i => table.Skip(3 * i).Take(3)).Select(v => (long)v)));
    }

    [TestCase(-1)]
    [TestCase(4)]
    public void An_index_beyond_the_table_is_refused(int index) => Assert.That(
        () => LookupKernel.Run([index], Integers.Operand(new int[12], NumberFormat.Int8), 4,
            new Operand(new byte[3], NumberFormat.Int8), "op"),
        Throws.TypeOf<InputException>().With.Message.EqualTo($"op: the index {index} is none of its table's 4 rows."));
}
