namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Messages of what was learnt along directions.</summary>
internal static class FactorCode
{
    /// <summary>Fraction bits of means.</summary>
    public const int MeanBits = 7;

    /// <summary>Bytes of a message.</summary>
    /// <param name="count">Factors.</param>
    /// <param name="form">How each is sent.</param>
    public static long Bytes(long count, FactorForm form) => ((count * Bits(form)) + 7) / 8;

    /// <summary>The message.</summary>
    public static byte[] Encode(ReadOnlySpan<float> factors, FactorForm form)
    {
        BitString message = new();
        foreach (float factor in factors)
            message.Write(form switch
            {
                FactorForm.Bit => factor > 0 ? 1 : 0,
                FactorForm.Scalar => BitConverter.SingleToInt32Bits(factor),
                _ => (long)factor,
            }, Bits(form));
        return message.ToArray();
    }

    /// <summary>The factors of a message, as many as there is room for.</summary>
    public static void Decode(ReadOnlySpan<byte> message, FactorForm form, Span<float> factors)
    {
        BitString bits = new(message);
        foreach (ref float factor in factors)
            factor = form switch
            {
                FactorForm.Bit => bits.Read(1) != 0 ? 1 : -1,
                FactorForm.Scalar => BitConverter.Int32BitsToSingle((int)bits.Read(32)),
                _ => bits.ReadSigned(Bits(form)),
            };
    }

    private static int Bits(FactorForm form) => form switch
    {
        FactorForm.Bit => 1,
        FactorForm.Sign => 2,
        FactorForm.Mean => 8,
        _ => 32,
    };
}
