using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>What a run hands on when it goes on elsewhere.</content>
public sealed partial class FloatMachine
{
    /// <inheritdoc/>
    public override bool IsFinite
    {
        get
        {
            foreach (PlanTensor tensor in Changing.Where(t => !masks.Contains(t.Id)))
            {
                foreach (float value in weights.Of(tensor))
                {
                    if (!float.IsFinite(value))
                        return false;
                }
            }

            return true;
        }
    }

    private protected override void CopyOut(PlanTensor tensor, Span<float> values) => weights.Of(tensor).CopyTo(values);

    private protected override void CopyIn(PlanTensor tensor, ReadOnlySpan<float> values) => values.CopyTo(weights.Of(tensor));

    private protected override void Clear(PlanTensor tensor) => weights.Of(tensor).AsSpan().Clear();

    /// <inheritdoc/>
    protected override float[] Read(PlanTensor tensor) => masks.Contains(tensor.Id)
        ? [.. weights.Masks[tensor.Name].Select(b => (float)b)]
        : (float[])weights.Of(tensor).Clone();

    /// <inheritdoc/>
    protected override void Write(PlanTensor tensor, ReadOnlySpan<float> values)
    {
        if (!masks.Contains(tensor.Id))
        {
            values.CopyTo(weights.Of(tensor));
            return;
        }

        byte[] mask = weights.Masks[tensor.Name];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = values[i] is >= 0 and <= 255 && values[i] == MathF.Floor(values[i])
                ? (byte)values[i]
                : throw new InputException($"checkpoint: {tensor.Name} holds {values[i]}; a byte of a mask is 0 to 255.");
        }
    }
}
