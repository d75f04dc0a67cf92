using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Checks what matrix kernels can multiply.</summary>
internal static class Operands
{
    /// <summary>True for 16-bit operands, false for 8-bit and unpacked 4-bit ones.</summary>
    public static bool Wide(Operand operand, long count, int offset, string name)
    {
        operand.Check(count, name);
        switch (operand.Format)
        {
            case NumberFormat.Int4 or NumberFormat.Int8 when offset is >= -255 and <= 255:
                return false;
            case NumberFormat.Int16 when offset == 0:
                return true;
            case NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16:
                throw new ArgumentException($"{name} is {operand.Format} with offset {offset}; 16-bit operands are symmetric.",
                    name);
            default:
                throw new ArgumentException($"{name} is {operand.Format}; a matrix product multiplies int4, int8 and int16.",
                    name);
        }
    }

    public static void CheckOutput(Operand y, long count, string name)
    {
        y.Check(count, name);
        if (y.Format is not (NumberFormat.Int8 or NumberFormat.Int16 or NumberFormat.Int32))
            throw new ArgumentException($"{name} is {y.Format}; outputs are int8, int16 or int32.", name);
    }
}
