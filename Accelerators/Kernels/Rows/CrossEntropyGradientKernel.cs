using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Gradient of the mean cross-entropy: (softmax(x) − one-hot(label)) / B. The softmax of 16-bit logits has 15 fractional bits
/// (<see cref="SoftmaxKernel"/>); the difference is exact in 32 bits and requantised once.
/// </summary>
public static class CrossEntropyGradientKernel
{
    /// <summary>Runs.</summary>
    /// <param name="rows">Samples.</param>
    /// <param name="classes">Logits per sample.</param>
    /// <param name="batch">B, samples over which the mean is taken: these and others.</param>
    /// <param name="logits">[rows, classes], int16.</param>
    /// <param name="inputScale">Scale of the logits.</param>
    /// <param name="labels">[rows], each in 0..classes−1.</param>
    /// <param name="outputScale">Scale of the gradient.</param>
    /// <param name="dx">[rows, classes], int8 or int16.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    /// <exception cref="ArgumentException">Sizes or formats do not fit, or a label names no class.</exception>
    public static OverflowCount Run(
        int rows, int classes, int batch, Operand logits, double inputScale, ReadOnlySpan<int> labels, double outputScale,
        Operand dx, NumericPolicy policy,
        RandomAddress noise = default)
    {
        short[] probabilities = new short[rows * classes];
        SoftmaxKernel.Run(rows, classes, logits, SoftmaxStage.From(inputScale, logits.Format), probabilities.AsSpan());
        int[] differences = [.. probabilities];
        for (int row = 0; row < rows; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
                throw new ArgumentException($"Label {labels[row]} of row {row} is not one of {classes} classes.", nameof(labels));
            differences[(row * classes) + labels[row]] -= 1 << 15;
        }

        return ElementwiseKernel.Requantize(
            differences.AsSpan(), FixedScale.FromDouble(1 / ((double)(1 << 15) * batch * outputScale)), dx, policy, noise);
    }
}
