using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NpuSim.Workloads.Evaluation.Products;
using NpuSim.Workloads.Evaluation.Reference;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Evaluation;

/// <summary>
/// Runs graph operations in floating point. Same operands, same bits, whatever the instruction set and the number of threads.
/// </summary>
public static class FloatOps
{
    /// <summary>
    /// Computes one operation: matrix products of float and convolutions of double by packed kernels, everything else as
    /// <see cref="FloatReference"/> does.
    /// The results equal the reference's bit for bit.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="op">An operation of a graph.</param>
    /// <param name="inputs">Its operands in order; labels are whole numbers of <typeparamref name="T"/>.</param>
    /// <param name="output">
    /// Where the result goes, of the inferred shape. It may share the first operand's memory when the operation is
    /// <see cref="Op.InPlace"/> or a view; otherwise it overlaps no operand.
    /// </param>
    /// <param name="threads">At most so many threads; 0: one per processor.</param>
    /// <exception cref="GraphException">The operands do not fit the operation.</exception>
    /// <exception cref="ArgumentException">The output has another shape, or the operation is not one of a graph.</exception>
    public static void Execute<T>(Op op, ReadOnlySpan<Tensor<T>> inputs, Tensor<T> output, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape[] shapes = new Shape[inputs.Length];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = inputs[i].Shape;
        Shape expected = op.Infer(ImmutableCollectionsMarshal.AsImmutableArray(shapes));
        if (output.Shape != expected)
            throw new ArgumentException($"{op.Name} gives {expected}; the output is {output.Shape}.", nameof(output));
        int limit = threads > 0 ? threads : Environment.ProcessorCount;
        bool isDone = typeof(T) == typeof(float) ? FloatProducts.TryExecute(op, As<T, float>(inputs), As<T, float>(output), limit)
            : typeof(T) == typeof(double) && DoubleConvolution.TryExecute(op, As<T, double>(inputs), As<T, double>(output));
        if (!isDone)
            FloatReference.Execute(op, inputs, output);
    }

    // The same values with the type argument spelt out; only called where both types are one.
    private static ReadOnlySpan<Tensor<TSame>> As<T, TSame>(ReadOnlySpan<Tensor<T>> tensors) where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<Tensor<T>, Tensor<TSame>>(ref MemoryMarshal.GetReference(tensors)), tensors.Length);

    private static Tensor<TSame> As<T, TSame>(Tensor<T> tensor) where T : unmanaged =>
        Unsafe.As<Tensor<T>, Tensor<TSame>>(ref tensor);
}
