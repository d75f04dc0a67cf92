using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Softmax of squares of scores of which row t has t + 1 elements: each row is that of <see cref="SoftmaxKernel"/> on
/// these alone, and the elements after them stand for 0.</summary>
public static class CausalSoftmaxKernel
{
    /// <summary>Runs row after row.</summary>
    /// <param name="depth">Rows and columns of each square.</param>
    /// <param name="x">[squares, depth, depth], int8 or int16.</param>
    /// <param name="stage">As for <see cref="SoftmaxKernel"/>.</param>
    /// <param name="zeroPoint">What stands for 0 in y.</param>
    /// <param name="y">As x; may be x; or int16 for int8 inputs.</param>
    /// <exception cref="ArgumentException">Sizes or formats do not fit.</exception>
    public static void Run(int depth, Operand x, SoftmaxStage stage, int zeroPoint, Operand y)
    {
        int count = x.Count(), from = x.Format.Bits() / 8, to = y.Format.Bits() / 8;
        y.Check(count, nameof(y));
        if (depth < 1 || count % ((long)depth * depth) != 0)
            throw new ArgumentException($"{count} scores are no squares of {depth} × {depth}.", nameof(x));
        for (int row = 0; row < count / depth; row++)
        {
            int at = row * depth, taken = (row % depth) + 1;
            SoftmaxKernel.Run(1, taken, new Operand(x.Bytes.Slice(at * from, taken * from), x.Format), stage,
                new Operand(y.Bytes.Slice(at * to, taken * to), y.Format));
            for (int i = at + taken; i < at + depth; i++)
            {
                if (to == 1)
                    y.As<sbyte>()[i] = (sbyte)zeroPoint;
                else
                    y.As<short>()[i] = (short)zeroPoint;
            }
        }
    }
}
