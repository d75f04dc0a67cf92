namespace NpuSim.Fuzz.Mutation;

/// <summary>Changes bytes without knowing what they mean.</summary>
internal static class Bytes
{
    public static byte[] Mutate(byte[] content, Chance chance)
    {
        List<byte> bytes = [.. content];
        for (int i = chance.Few(); i > 0 && bytes.Count > 0; i--)
        {
            int at = chance.Once(2) ? chance.Below(Math.Min(bytes.Count, 64)) : chance.Below(bytes.Count);
            switch (chance.Below(7))
            {
                case 0: bytes[at] ^= (byte)(1 << chance.Below(8)); break;
                case 1: bytes[at] = (byte)chance.Of(new[] { 0, 1, 0x7F, 0x80, 0xFF, 0x1F, 0x8B }); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + chance.Below(64))); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, 1 + chance.Below(64)))); break;
                case 5: bytes.InsertRange(at, BitConverter.GetBytes(Values.Integer(chance))); break;
                default:
                    byte[] number = BitConverter.GetBytes(chance.Once(2)
                        ? (int)Values.Integer(chance) : BitConverter.SingleToInt32Bits(Values.Real(chance)));
                    if (chance.Once(2))
                        Array.Reverse(number);
                    for (int b = 0; b < 4 && at + b < bytes.Count; b++)
                        bytes[at + b] = number[b];
                    break;
            }
        }

        return [.. bytes];
    }
}
