namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Messages of signs, two bits each: 00 a tie, 01 plus, 11 minus; or of means of signs, a byte each.</summary>
internal static class VoteCode
{
    /// <summary>Fraction bits of means.</summary>
    public const int MeanBits = 7;

    /// <summary>Bytes of a message.</summary>
    /// <param name="count">Signs or means.</param>
    /// <param name="rule">Which of both.</param>
    public static long Bytes(long count, VoteRule rule) => rule == VoteRule.Majority ? ((2 * count) + 7) / 8 : count;

    /// <summary>The message.</summary>
    public static byte[] Encode(ReadOnlySpan<float> votes, VoteRule rule)
    {
        byte[] message = new byte[Bytes(votes.Length, rule)];
        for (int i = 0; i < votes.Length; i++)
        {
            if (rule == VoteRule.Majority)
                message[i / 4] |= (byte)(((int)votes[i] & 3) << (2 * (i % 4)));
            else
                message[i] = (byte)(sbyte)votes[i];
        }

        return message;
    }

    /// <summary>The votes of a message, as many as there is room for.</summary>
    public static void Decode(ReadOnlySpan<byte> message, VoteRule rule, Span<float> votes)
    {
        for (int i = 0; i < votes.Length; i++)
        {
            votes[i] = rule == VoteRule.Majority
                ? (sbyte)(message[i / 4] << (6 - (2 * (i % 4)))) >> 6
                : (sbyte)message[i];
        }
    }
}
