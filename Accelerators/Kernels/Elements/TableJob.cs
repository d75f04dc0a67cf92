using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Looks a tensor up in chunks.</summary>
internal sealed unsafe class TableJob : ElementJob
{
    [ThreadStatic]
    private static TableJob? mine;

    private LookupTable table = null!;
    private byte* x, y;

    public static TableJob Mine => mine ??= new TableJob();

    public void Run(LookupTable entries, byte* from, byte* to, long count)
    {
        table = entries;
        x = from;
        y = to;
        _ = Execute(count);
    }

    protected override long Do(long first, int length)
    {
        switch (table.Input, table.Output)
        {
            case (NumberFormat.Int8, NumberFormat.Int8):
                Bytes((sbyte*)x + first, (sbyte*)y + first, length);
                break;
            case (NumberFormat.Int8, _):
                ReadOnlySpan<short> entries = table.Entries;
                for (int i = 0; i < length; i++)
                    ((short*)y)[first + i] = entries[((sbyte*)x)[first + i] + 128];
                break;
            default:
                for (int i = 0; i < length; i++)
                    IntegerAccess.Write(y, table.Output, first + i, table.Interpolate(((short*)x)[first + i]));
                break;
        }

        return 0;
    }

    private void Bytes(sbyte* from, sbyte* to, int length)
    {
        // By the argument's bits: 0..127, then −128..−1.
        fixed (sbyte* entries = table.ByBits)
        {
            int i = 0;
            if (Avx512Vbmi.IsSupported)
            {
                Vector512<sbyte> a = Vector512.Load(entries), b = Vector512.Load(entries + 64);
                Vector512<sbyte> c = Vector512.Load(entries + 128), d = Vector512.Load(entries + 192);
                for (; i <= length - 64; i += 64)
                {
                    Vector512<sbyte> index = Vector512.Load(from + i); // the permutes look at the low seven bits
                    Vector512<sbyte> upper = Avx512Vbmi.PermuteVar64x8x2(a, index, b), lower = Avx512Vbmi.PermuteVar64x8x2(c,
                        index, d);
                    Vector512.ConditionalSelect(Vector512.LessThan(index, default), lower, upper).Store(to + i);
                }
            }

            for (; i < length; i++)
                to[i] = entries[(byte)from[i]];
        }
    }
}
