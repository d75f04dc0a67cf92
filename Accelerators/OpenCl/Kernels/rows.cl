// Kernels that work along rows or windows: softmax, layer normalisation, cross-entropy, pooling. One work item per row.

// ---- Softmax. (SoftmaxKernel.cs) ----

// 1 / (1 + x) for x in [0, 1), Q0.31: three Newton steps. (Fixed.OneOverOnePlus)
int saturating_left(int x, int exponent)
{
    return (int)saturate_to((long)x << exponent, 32);
}

int one_over_one_plus(int x)
{
    int half_sum = (int)(((long)x + INT_MAX + 1) >> 1);
    int y = (int)(1515870810u + (uint)doubling_high_multiply(half_sum, -1010580540));
    for (int i = 0; i < 3; i++)
    {
        int error = (1 << 29) - doubling_high_multiply(half_sum, y);
        y = (int)((uint)y + (uint)saturating_left(doubling_high_multiply(y, error), 2));
    }
    return saturating_left(y, 1);
}

// 8-bit inputs: exponentials by difference to the row's maximum (Q0.31), their sum in Q12.19.
kernel void softmax8(
    operand x, ulong x_at, memory y, ulong y_at, int y_bits, int rows, int depth, global const int *exponentials, int symmetric)
{
    int row = get_global_id(0);
    if (row >= rows)
        return;
    operand from = x + x_at + (long)row * depth;
    int most = -128, sum = 0;
    for (int i = 0; i < depth; i++)
        most = max(most, (int)from[i]);
    for (int i = 0; i < depth; i++)
        sum += (int)half_away(exponentials[most - from[i]], 12);
    int headroom = clz((uint)sum);
    int factor = one_over_one_plus((int)(((uint)sum << headroom) - 0x80000000u));
    int shift = 12 - headroom + 31 - (y_bits - symmetric), zero = symmetric ? 0 : -(1 << (y_bits - 1));
    int greatest = (1 << (y_bits - 1)) - 1;
    for (int i = 0; i < depth; i++)
    {
        int p = (int)half_away(doubling_high_multiply(factor, exponentials[most - from[i]]), shift);
        write_element(y + y_at, y_bits, (long)row * depth + i, min(p + zero, greatest));
    }
}

// 16-bit inputs: tables of e^x on [-10, 0] and 1 / (1 + x) on [0, 1], sum in Q.15. y keeps the exponentials in between.
kernel void softmax16(
    operand x, ulong x_at, memory y, ulong y_at, int rows, int depth, int2 input, global const short *exponential,
    global const short *reciprocal)
{
    int row = get_global_id(0);
    if (row >= rows)
        return;
    global const short *from = (global const short *)(x + x_at) + (long)row * depth;
    global short *to = (global short *)(y + y_at) + (long)row * depth;
    int most = -32768, sum = 0;
    for (int i = 0; i < depth; i++)
        most = max(most, (int)from[i]);
    for (int i = 0; i < depth; i++)
    {
        // The difference scaled with double rounding, whatever the policy: TFLite's definition. (Fixed.MultiplyDouble)
        int left = max(input.y, 0), right = max(-input.y, 0);
        long scaled = half_away(doubling_high_multiply((int)((uint)(from[i] - most) << left), input.x), right);
        int power = interpolate(exponential, (int)saturate_to(scaled + 32767, 16));
        to[i] = (short)power;
        sum += power;
    }

    int headroom = clz((uint)sum), shift = 31 - headroom;
    int normal = (int)((((long)sum << headroom) + (1 << 14)) >> 15);
    int factor = interpolate(reciprocal, min(max(normal - (3 << 15), -32768), 32767));
    for (int i = 0; i < depth; i++)
        to[i] = (short)min(max((to[i] * factor + (1 << (shift - 1))) >> shift, 0), 32767);
}

// ---- Layer normalisation. (LayerNormKernel.cs has the formulas) ----

// Floor of the square root, one bit per step.
long square_root(long x)
{
    long root = 0;
    for (long bit = 1L << 60; bit != 0; bit >>= 2)
    {
        if (x >= root + bit)
        {
            x -= root + bit;
            root = (root >> 1) + bit;
        }
        else
        {
            root >>= 1;
        }
    }
    return root;
}

// starts[i] = beta[i] in the scale of n * gamma, clamped to +-2^30; 0 without beta.
kernel void align_beta(
    operand beta, ulong beta_at, int beta_bits, int depth, int2 factor, address at, uint direction, global int *starts)
{
    for (FOR_EACH(i, depth))
    {
        long value = beta_bits == 0 ? 0 : scale_wide(
            read_element(beta + beta_at, beta_bits, i), factor.x, factor.y, 0, noise_of(at, direction, i, 1));
        starts[i] = (int)min(max(value, -(1L << 30)), 1L << 30);
    }
}

kernel void layer_norm(
    operand x, ulong x_at, int x_bits, operand gamma, ulong gamma_at, int gamma_bits, int rows, int depth,
    global const int *starts, long epsilon, counter totals, int slot, STAGE_PARAMETERS)
{
    int row = get_global_id(0);
    if (row >= rows)
        return;
    stage s = STAGE;
    long first = (long)row * depth, sum = 0, squares = 0;
    for (int i = 0; i < depth; i++)
    {
        long value = read_element(x + x_at, x_bits, first + i);
        sum += value;
        squares += value * value;
    }

    // D^2 * epsilon may leave 64 bits; it is capped at 2^61.
    long added = (long)depth * depth, cap = 1L << 61;
    added = epsilon > cap / added ? cap : min(added * epsilon, cap);
    long variance = depth * squares - sum * sum + added;
    int half_shift = ((int)clz((ulong)variance) - 2) >> 1, shift = 61 - 15 - half_shift;
    long root = variance == 0 ? 1 : square_root(half_shift >= 0 ? variance << (2 * half_shift) : variance >> 2);
    int reciprocal = (int)min((1L << 61) / root, (long)INT_MAX), product_shift = gamma_bits == 16 ? 8 : 0;
    uint clipped = 0;
    for (int i = 0; i < depth; i++)
    {
        long distance = depth * read_element(x + x_at, x_bits, first + i) - sum;
        int normal = variance == 0 ? 0 : (int)half_up(distance * reciprocal, shift);
        long product = half_up(normal * read_element(gamma + gamma_at, gamma_bits, i), product_shift);
        clipped += put_scaled(&s, (int)(product + starts[i]), first + i, 0);
    }
    add_to(totals + 4 * slot + 2, clipped);
}

// ---- Cross-entropy in integers. (CrossEntropyKernel.cs has the formulas) ----

#define TIME_BITS 30
#define POWER_BITS 31
#define LOG2_E 1549082005L
#define LN_2 1488522236L

// (a * b) >> n of non-negative numbers whose product may leave 64 bits.
long shifted_product(long a, long b, int n)
{
    return (long)wide_right(wide_product(a, b), n).low;
}

// difference * s in nats, Q.30, at most 2^20 nats.
long nats(long difference, int2 s)
{
    long most = 1L << (TIME_BITS + 20), product = difference * s.x; // 32 + 31 bits
    int shift = 31 - TIME_BITS - s.y;
    if (shift < 0)
        return product > most >> -shift ? most : min(product << -shift, most);
    // Half a unit is added to the shifted value: the sum of both might not fit.
    return min(shift == 0 ? product : (product >> shift) + ((product >> (shift - 1)) & 1), most);
}

// e^-a in Q.31.
long power_of_minus(long a, global const uint *coarse, global const uint *fine)
{
    long time = shifted_product(a, LOG2_E, TIME_BITS);
    int whole = (int)min(time >> TIME_BITS, 40L);
    long last = (1L << POWER_BITS) - (((time & 1023) * LN_2) >> TIME_BITS);
    long product = ((long)coarse[(time >> 20) & 1023] * (long)fine[(time >> 10) & 1023] + (1L << 30)) >> POWER_BITS;
    return half_up((product * last + (1L << 30)) >> POWER_BITS, whole);
}

// log2(x / 2^31) in Q.30, x >= 2^31.
long log_2(long x, global const long *logarithms)
{
    int whole = 63 - (int)clz((ulong)x) - POWER_BITS;
    long mantissa = half_up(x, whole);
    if (mantissa == 1L << (POWER_BITS + 1))
        return (whole + 1L) << TIME_BITS;
    int index = (int)(mantissa >> (POWER_BITS - 10)) & 1023;
    long corner = (1024L + index) << (POWER_BITS - 10);
    long delta = ((mantissa - corner) << 40) / corner;
    long square = (delta * delta) >> 40, cube = (square * delta) >> 40;
    long series = delta - (square >> 1) + cube / 3;
    return ((long)whole << TIME_BITS) + logarithms[index] + ((series * LOG2_E + (1L << 39)) >> 40);
}

kernel void cross_entropy(
    operand x, ulong x_at, int x_bits, operand labels, ulong labels_at, int rows, int classes, int2 factor,
    global const uint *coarse, global const uint *fine, global const long *logarithms, global long *losses)
{
    int row = get_global_id(0);
    if (row >= rows)
        return;
    x += x_at;
    long first = (long)row * classes, most = LONG_MIN, sum = 0;
    for (int i = 0; i < classes; i++)
        most = max(most, read_element(x, x_bits, first + i));
    for (int i = 0; i < classes; i++)
        sum += power_of_minus(nats(most - read_element(x, x_bits, first + i), factor), coarse, fine);
    int label = ((global const int *)(labels + labels_at))[row];
    long own = nats(most - read_element(x, x_bits, first + label), factor);
    long logarithm = shifted_product(log_2(sum, logarithms), LN_2, POWER_BITS - 1);
    losses[row] = half_up(logarithm + (own << 1), TIME_BITS + 1 - 24);
}

// The loss of a batch: one work item, since there are few rows.
kernel void sum_losses(global const long *losses, int rows, memory y, ulong y_at)
{
    long total = 0;
    for (int i = 0; i < rows; i++)
        total += losses[i];
    *(global long *)(y + y_at) = total;
}

// ---- Pooling; padding takes no part. (PoolKernel.cs) ----

kernel void pool(
    operand x, ulong x_at, memory y, ulong y_at, int bits, global const int *shape, int average, int minimum, int maximum)
{
    int height = shape[1], width = shape[2], channels = shape[3], output_height = shape[6], output_width = shape[7];
    long count = (long)shape[0] * output_height * output_width * channels;
    for (FOR_EACH(i, count))
    {
        int c = (int)(i % channels), ow = (int)(i / channels % output_width), oh = (int)(i / channels / output_width % output_height);
        long image = i / channels / output_width / output_height;
        int top = oh * shape[9] - shape[11], left = ow * shape[10] - shape[12];
        int bottom = min(top + shape[4], height), right = min(left + shape[5], width);
        top = max(top, 0);
        left = max(left, 0);
        int sum = average ? 0 : INT_MIN;
        for (int h = top; h < bottom; h++)
        {
            for (int v = left; v < right; v++)
            {
                int value = (int)read_element(x + x_at, bits, ((image * height + h) * width + v) * channels + c);
                sum = average ? sum + value : max(sum, value);
            }
        }

        // Half of the divisor toward the sum's sign, then division toward zero: half away from zero.
        int valid = max(0, bottom - top) * max(0, right - left);
        if (average)
            sum = valid == 0 ? 0 : (sum + (sum < 0 ? -(valid / 2) : valid / 2)) / valid;
        write_element(y + y_at, bits, i, min(max(sum, minimum), maximum));
    }
}
