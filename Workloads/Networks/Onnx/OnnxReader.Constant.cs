using System.Collections.Immutable;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Constants and how they are quantised.</content>
internal sealed partial class OnnxReader
{
    private sealed record Constant(
        string Name, NumberArray Array, TensorType Type, ImmutableArray<float> Steps = default,
        ImmutableArray<int> ZeroPoints = default, int Axis = 0)
    {
        public bool IsQuantized => !Steps.IsDefault;

        /// <summary>Its extents; none for a scalar.</summary>
        public ImmutableArray<int> Extents => Array.IsScalar ? [] : [.. Array.Shape];

        /// <summary>Integers as 8-bit signed ones: unsigned ones less 128, their zero point too.</summary>
        public static int Signed(TensorType type, long value) => (int)(type.IsNarrowUnsigned() ? value - 128 : value);

        public float[] Floats()
        {
            float[] values = Array.ToFloats();
            if (!IsQuantized)
                return values;
            for (int i = 0; i < values.Length; i++)
            {
                int channel = ChannelOf(i);
                values[i] = (values[i] - ZeroPoints[channel]) * Steps[channel];
            }

            return values;
        }

        /// <summary>The form in which a use reads the constant.</summary>
        public ConstantForm Form(Func<int[]>? order = null, bool turns = false) =>
            new(Name, Array, IsQuantized ? $"{string.Join(' ', Steps)};{string.Join(' ', ZeroPoints)};{Axis}" : "", order, turns);

        public int[] Integers() => [.. Array.ToIntegers().Select(i => Signed(Type, i))];

        /// <summary>Scale of 8-bit integers with one step, or with a step per index of an axis and no zero points; null
        /// otherwise.</summary>
        public ValueScale? ScaleAlong(int axis) => ObstacleAlong(axis) is not null ? null
            : Steps.Length == 1 ? new ValueScale(Steps, Signed(Type, ZeroPoints[0])) : new ValueScale(Steps);

        /// <summary>Why an 8-bit machine does not take it as an operand whose steps may lie along an axis; null where it
        /// does.</summary>
        public string? ObstacleAlong(int axis) =>
            !IsQuantized ? "no 8-bit integers"
            : !Type.IsNarrow() ? $"integers of type {Type.Text()}; 8 bits are run"
            : Steps.Length == 1 ? null
            : Axis != axis
                ? $"one step per index of axis "
                    + $"{Axis}{(axis < 0 ? "; one for all is run" : $"; one per output channel, axis {axis}, is run")}"
            : ZeroPoints.Any(z => Signed(Type, z) != 0) ? "zero points of its channels that are not 0; these are run"
            : null;

        /// <summary>Which scale an element has.</summary>
        public int ChannelOf(int element)
        {
            long inner = 1;
            for (int axis = Axis + 1; axis < Array.Shape.Rank; axis++)
                inner *= Array.Shape[axis];
            return Steps.Length == 1 ? 0 : (int)(element / inner % Steps.Length);
        }
    }
}
