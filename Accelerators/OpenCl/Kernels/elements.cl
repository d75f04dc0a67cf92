// Element-wise kernels. (ElementwiseKernel.cs, TableKernel.cs, Permutation.cs)

// y = stage(scale_a((a + offset_a) << left) + scale_b((b + offset_b) << left)); b repeats. The sum has 32 bits.
kernel void add(
    operand a, ulong a_at, int a_bits, operand b, ulong b_at, int b_bits, long count, long period, int left, int offset_a,
    int offset_b, int2 scale_a, int2 scale_b, counter totals, int slot, STAGE_PARAMETERS)
{
    stage s = STAGE;
    uint clipped = 0;
    a += a_at;
    b += b_at;
    for (FOR_EACH(i, count))
    {
        int x = (int)((uint)((int)read_element(a, a_bits, i) + offset_a) << left);
        int z = (int)((uint)((int)read_element(b, b_bits, i % period) + offset_b) << left);
        uint sum = (uint)scale(x, scale_a.x, scale_a.y, 0, noise_of(at, direction, i, 1))
            + (uint)scale(z, scale_b.x, scale_b.y, 0, noise_of(at, direction, i, 2));
        clipped += put_scaled(&s, (int)sum, i, 0);
    }
    add_to(totals + 4 * slot + 2, clipped);
}

// y = stage((a + offset_a) * (b + offset_b)); b repeats.
kernel void multiply_elements(
    operand a, ulong a_at, int a_bits, operand b, ulong b_at, int b_bits, long count, long period, int offset_a, int offset_b,
    counter totals, int slot, STAGE_PARAMETERS)
{
    stage s = STAGE;
    uint clipped = 0;
    a += a_at;
    b += b_at;
    for (FOR_EACH(i, count))
    {
        uint left = (uint)((int)read_element(a, a_bits, i) + offset_a);
        uint right = (uint)((int)read_element(b, b_bits, i % period) + offset_b);
        clipped += put_scaled(&s, (int)(left * right), i, 0);
    }
    add_to(totals + 4 * slot + 2, clipped);
}

// y = stage(x + offset), from any integer format; scales, if several, go with the last axis. Rows of some length go to y from
// element "place" on, "stride" elements apart.
kernel void requantize(
    operand x, ulong x_at, int x_bits, long count, long length, long stride, long place, int offset, int channels, counter totals,
    int slot, STAGE_PARAMETERS)
{
    stage s = STAGE;
    uint clipped = 0;
    x += x_at;
    bool is_wide = x_bits == 64 || (x_bits == 32 && offset != 0);
    for (FOR_EACH(i, count))
    {
        long value = read_element(x, x_bits, i) + offset;
        long to = place + (length == count ? i : i / length * stride + i % length);
        int channel = (int)(i % channels);
        clipped += is_wide ? put_scaled_wide(&s, value, to, channel) : put_scaled(&s, (int)value, to, channel);
    }
    add_to(totals + 4 * slot + 2, clipped);
}

// y = max(x, zero).
kernel void relu(operand x, ulong x_at, memory y, ulong y_at, int bits, long count, int zero)
{
    for (FOR_EACH(i, count))
        write_element(y + y_at, bits, i, max(read_element(x + x_at, bits, i), (long)zero));
}

// An entry of a 513-entry table: linear between samples 128 apart. (LookupTable.Interpolate)
int interpolate(global const short *table, int x)
{
    int index = 256 + (x >> 7), low = table[index];
    return low + (((table[index + 1] - low) * (x & 127) + 64) >> 7);
}

// y = f(x): 256 entries for 8-bit arguments, interpolation for 16-bit ones.
kernel void look_up(
    operand x, ulong x_at, int x_bits, memory y, ulong y_at, int y_bits, long count, global const short *table)
{
    for (FOR_EACH(i, count))
    {
        int value = (int)read_element(x + x_at, x_bits, i);
        write_element(y + y_at, y_bits, i, x_bits == 16 ? interpolate(table, value) : table[value + 128]);
    }
}

// y[i] = x[sources[i]].
kernel void gather(operand x, ulong x_at, memory y, ulong y_at, int bits, long count, global const int *sources)
{
    for (FOR_EACH(i, count))
        write_element(y + y_at, bits, i, read_element(x + x_at, bits, sources[i]));
}

// Sums begin at zero.
kernel void clear(global uint *words, long count)
{
    for (FOR_EACH(i, count))
        words[i] = 0;
}
