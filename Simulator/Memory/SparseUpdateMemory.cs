namespace NpuSim.Simulator.Memory;

/// <summary>One layer of a network under a sparse-update scheme.</summary>
/// <param name="InChannels">Channels read.</param>
/// <param name="OutChannels">Channels written.</param>
/// <param name="Kernel">Rows and columns of the filter.</param>
/// <param name="Groups">Groups of channels; as many as channels in a depthwise layer.</param>
/// <param name="InputSize">Rows and columns of the input.</param>
/// <param name="OutputSize">Rows and columns of the output.</param>
/// <param name="UpdatedShare">Share of the input channels whose weights are updated, 0..1.</param>
/// <param name="UpdatesBias">True when the bias is updated.</param>
public sealed record SparseUpdateLayer(
    int InChannels, int OutChannels, int Kernel, int Groups, int InputSize, int OutputSize, double UpdatedShare,
    bool UpdatesBias);

/// <summary>
/// Extra memory of a sparse update by the analytic count of "On-Device Training Under 256KB Memory" (arXiv 2206.15472): the
/// <c>on-device analytic</c> column. Batch 1, 8-bit tensors; lifetimes and alignment play no part.
/// </summary>
/// <param name="WeightBytes">8-bit updated weights and 32-bit updated biases.</param>
/// <param name="ActivationBytes">8-bit kept input channels, 1-bit output masks and the 8-bit input of the classifier.</param>
public sealed record SparseUpdateMemory(double WeightBytes, double ActivationBytes)
{
    /// <summary>Both together.</summary>
    public double TotalBytes => WeightBytes + ActivationBytes;

    /// <summary>
    /// Counts a network. A layer with updated weights keeps the input channels they multiply; one with an updated bias keeps
    /// which outputs its activation function let pass; the classifier behind the last layer keeps its pooled input.
    /// </summary>
    /// <param name="layers">Every layer before the classifier, in order; not empty.</param>
    public static SparseUpdateMemory Of(IReadOnlyList<SparseUpdateLayer> layers)
    {
        double weights = 0, activations = layers[^1].OutChannels;
        foreach (SparseUpdateLayer layer in layers)
        {
            double kept = layer.UpdatedShare * layer.InChannels;
            weights += kept * layer.OutChannels / layer.Groups * layer.Kernel * layer.Kernel;
            activations += kept * layer.InputSize * layer.InputSize;
            if (!layer.UpdatesBias)
                continue;
            weights += 4.0 * layer.OutChannels;
            activations += layer.OutChannels * (double)layer.OutputSize * layer.OutputSize / 8;
        }

        return new SparseUpdateMemory(weights, activations);
    }
}
