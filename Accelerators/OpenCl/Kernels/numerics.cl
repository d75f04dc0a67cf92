// Arithmetic shared by every kernel: the device's side of Accelerators/Numerics. Each function names its C# original, and gives
// its bits. Build options choose the policy:
//   ROUNDING          FLOOR TRUNCATE HALF_UP HALF_AWAY HALF_EVEN STOCHASTIC
//   REQUANTIZATION    SINGLE DOUBLE REDUCED16 FLOAT32
//   NARROWING         SATURATE WRAP
//   RANDOM_MASK       which of 32 random bits a stochastic rounding adds
//   ZERO_POINT_BEFORE 1: the zero point joins before rounding
//   SEQUENTIAL        1: a work item takes neighbouring elements (processors); 0: neighbours go to other work items (GPUs)

#define FLOOR 0
#define TRUNCATE 1
#define HALF_UP 2
#define HALF_AWAY 3
#define HALF_EVEN 4
#define STOCHASTIC 5

#define SINGLE 0
#define DOUBLE 1
#define REDUCED16 2
#define FLOAT32 3

#define SATURATE 0
#define WRAP 1
#define SATURATE_ON_DRAIN 2

#pragma OPENCL FP_CONTRACT OFF // a fused multiply-add would round once where binary32 rounds twice

typedef global char *memory;
typedef global const char *operand;
typedef volatile global uint *counter; // two words: a 64-bit count on devices without 64-bit atomics

// The elements of a work item: for (FOR_EACH(i, count)).
#if SEQUENTIAL
#define FOR_EACH(i, count) \
    long part = ((count) + get_global_size(0) - 1) / get_global_size(0), i = get_global_id(0) * part, \
         end = min((long)(count), i + part); i < end; i++
#else
#define FOR_EACH(i, count) long i = get_global_id(0); i < (count); i += get_global_size(0)
#endif

void add_to(counter total, uint n)
{
    if (n == 0)
        return;
    uint before = atomic_add(total, n);
    if (before + n < before)
        atomic_inc(total + 1);
}

// To a 64-bit number in two words.
void add_wide_to(counter total, ulong n)
{
    uint low = (uint)n, before = atomic_add(total, low);
    uint high = (uint)(n >> 32) + (before + low < before ? 1 : 0);
    if (high != 0)
        atomic_add(total + 1, high);
}

// ---- Elements of any integer format; 4-bit ones are held one to a byte. (IntegerAccess.cs) ----

long read_element(operand data, int bits, long index)
{
    switch (bits)
    {
        case 16: return ((global const short *)data)[index];
        case 32: return ((global const int *)data)[index];
        case 64: return ((global const long *)data)[index];
        default: return data[index];
    }
}

void write_element(memory data, int bits, long index, long value)
{
    switch (bits)
    {
        case 16: ((global short *)data)[index] = (short)value; break;
        case 32: ((global int *)data)[index] = (int)value; break;
        case 64: ((global long *)data)[index] = value; break;
        default: data[index] = (char)value; break;
    }
}

long wrap_to(long value, int bits)
{
    return (value << (64 - bits)) >> (64 - bits);
}

long saturate_to(long value, int bits)
{
    long greatest = (long)(((ulong)1 << (bits - 1)) - 1);
    return min(max(value, -greatest - 1), greatest);
}

long narrow(long value, int bits)
{
#if NARROWING == WRAP
    return wrap_to(value, bits);
#else
    return saturate_to(value, bits);
#endif
}

// ---- 128-bit integers, for products of an accumulator of up to 64 bits with a multiplier. ----

typedef struct { ulong low; long high; } wide;

wide wide_of(long value)
{
    wide w = { (ulong)value, value >> 63 };
    return w;
}

wide wide_product(long a, long b)
{
    wide w = { (ulong)a * (ulong)b, mul_hi(a, b) };
    return w;
}

wide wide_sum(wide a, wide b)
{
    wide w;
    w.low = a.low + b.low;
    w.high = (long)((ulong)a.high + (ulong)b.high + (w.low < a.low ? 1 : 0));
    return w;
}

wide wide_left(wide a, int n)
{
    wide w = a;
    if (n >= 64)
    {
        w.high = (long)(a.low << (n - 64));
        w.low = 0;
    }
    else if (n > 0)
    {
        w.high = (long)(((ulong)a.high << n) | (a.low >> (64 - n)));
        w.low = a.low << n;
    }
    return w;
}

wide wide_right(wide a, int n)
{
    wide w = a;
    if (n >= 64)
    {
        w.low = (ulong)(a.high >> (n - 64));
        w.high = a.high >> 63;
    }
    else if (n > 0)
    {
        w.low = (a.low >> n) | ((ulong)a.high << (64 - n));
        w.high = a.high >> n;
    }
    return w;
}

long wide_clamp(wide a)
{
    if (a.high == (long)a.low >> 63)
        return (long)a.low;
    return a.high < 0 ? LONG_MIN : LONG_MAX;
}

// ---- Right shifts that round. (IRounding.cs) Each adds a number below one unit, then shifts toward minus infinity. ----

long half_up(long value, int shift)
{
    return shift == 0 ? value : (value + (1L << (shift - 1))) >> shift;
}

long half_away(long value, int shift)
{
    return shift == 0 ? value : (value + (1L << (shift - 1)) - (value < 0 ? 1 : 0)) >> shift;
}

wide wide_half_up(wide value, int shift)
{
    return shift == 0 ? value : wide_right(wide_sum(value, wide_left(wide_of(1), shift - 1)), shift);
}

wide wide_half_away(wide value, int shift)
{
    if (shift == 0)
        return value;
    wide half_unit = wide_left(wide_of(1), shift - 1);
    return wide_right(wide_sum(value, wide_sum(half_unit, wide_of(value.high < 0 ? -1 : 0))), shift);
}

// The policy's rounding; random matters to stochastic rounding alone.
long round_shift(long value, int shift, uint random)
{
#if ROUNDING == FLOOR
    return value >> shift;
#elif ROUNDING == TRUNCATE
    return (value + (value < 0 ? (1L << shift) - 1 : 0)) >> shift;
#elif ROUNDING == HALF_UP
    return half_up(value, shift);
#elif ROUNDING == HALF_AWAY
    return half_away(value, shift);
#elif ROUNDING == HALF_EVEN
    // Half a unit less one smallest bit, plus one when the floor is odd: only a tie can see the difference.
    return shift == 0 ? value : (value + ((1L << (shift - 1)) - 1) + ((value >> shift) & 1)) >> shift;
#else
    if (shift == 0)
        return value;
    long noise = shift <= 32 ? (long)(random >> (32 - shift)) : (long)random << (shift - 32);
    return (value + noise) >> shift;
#endif
}

wide wide_round_shift(wide value, int shift, uint random)
{
#if ROUNDING == FLOOR
    return wide_right(value, shift);
#elif ROUNDING == TRUNCATE
    wide unit = wide_sum(wide_left(wide_of(1), shift), wide_of(-1));
    return wide_right(value.high < 0 ? wide_sum(value, unit) : value, shift);
#elif ROUNDING == HALF_UP
    return wide_half_up(value, shift);
#elif ROUNDING == HALF_AWAY
    return wide_half_away(value, shift);
#elif ROUNDING == HALF_EVEN
    if (shift == 0)
        return value;
    wide half_unit = wide_sum(wide_left(wide_of(1), shift - 1), wide_of((long)(wide_right(value, shift).low & 1) - 1));
    return wide_right(wide_sum(value, half_unit), shift);
#else
    if (shift == 0)
        return value;
    wide bits = wide_of((long)random);
    return wide_right(wide_sum(value, shift <= 32 ? wide_right(bits, 32 - shift) : wide_left(bits, shift - 32)), shift);
#endif
}

// ---- Accumulator to output before narrowing: x * multiplier * 2^(shift - 31) + zero point. (IScaling.cs) ----

// SRDHM: RHU(a * b, 31); INT_MIN * INT_MIN gives INT_MAX. (Fixed.DoublingHighMultiply)
int doubling_high_multiply(int a, int b)
{
    return (int)min(((long)a * b + (1L << 30)) >> 31, (long)INT_MAX);
}

#if REQUANTIZATION == FLOAT32
long scale_float(float x, int multiplier, int shift, int zero)
{
    // The scale in binary32: the multiplier rounded to 24 bits, times an exact power of two.
    float scaled = x * ldexp((float)multiplier, shift - 31);
#if ZERO_POINT_BEFORE
    scaled += (float)zero;
#endif
    long rounded = (long)rint(fmin(fmax(scaled, -4611686018427387904.0f), 4611686018427387904.0f));
    return ZERO_POINT_BEFORE ? rounded : rounded + zero;
}
#endif

// An accumulator of more than 32 bits.
long scale_wide(long x, int multiplier, int shift, int zero, uint random)
{
#if REQUANTIZATION == SINGLE
    int right = 31 - shift;
    if (!ZERO_POINT_BEFORE && x == (int)x)
        return round_shift(x * multiplier, right, random) + zero; // the same value without 128-bit arithmetic
    wide product = wide_product(x, multiplier);
    return ZERO_POINT_BEFORE
        ? wide_clamp(wide_round_shift(wide_sum(product, wide_left(wide_of(zero), right)), right, random))
        : wide_clamp(wide_sum(wide_round_shift(product, right, random), wide_of(zero)));
#elif REQUANTIZATION == DOUBLE
    int left = max(shift, 0), right = max(-shift, 0);
    wide high = wide_half_up(wide_left(wide_product(x, multiplier), left), 31);
    return ZERO_POINT_BEFORE
        ? wide_clamp(wide_half_away(wide_sum(high, wide_left(wide_of(zero), right)), right))
        : wide_clamp(wide_sum(wide_half_away(high, right), wide_of(zero)));
#elif REQUANTIZATION == REDUCED16
    int reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF, right = 15 - shift;
    wide product = wide_product(x, reduced);
    wide scaled = right < 0 ? wide_left(product, -right) : wide_half_up(product, right);
    return wide_clamp(wide_sum(scaled, wide_of(zero)));
#else
    return scale_float((float)x, multiplier, shift, zero);
#endif
}

// An accumulator of at most 32 bits. The left shift of double rounding wraps here, and only here.
long scale(int x, int multiplier, int shift, int zero, uint random)
{
#if REQUANTIZATION == SINGLE && !ZERO_POINT_BEFORE
    return round_shift((long)x * multiplier, 31 - shift, random) + zero;
#elif REQUANTIZATION == DOUBLE
    int left = max(shift, 0), right = max(-shift, 0);
    long high = doubling_high_multiply((int)((uint)x << left), multiplier);
    return ZERO_POINT_BEFORE ? half_away(high + ((long)zero << right), right) : half_away(high, right) + zero;
#elif REQUANTIZATION == FLOAT32
    return scale_float((float)x, multiplier, shift, zero);
#else
    return scale_wide(x, multiplier, shift, zero, random);
#endif
}

// ---- Random numbers. (Philox.cs, RandomAddress.cs) ----

// Where the random numbers of an operation live: seed (low, high), step and tensor.
typedef uint4 address;

uint4 philox(uint4 c, uint k0, uint k1)
{
    for (int i = 0; i < 10; i++)
    {
        uint high0 = mul_hi(0xD2511F53u, c.x), low0 = 0xD2511F53u * c.x;
        uint high1 = mul_hi(0xCD9E8D57u, c.z), low1 = 0xCD9E8D57u * c.z;
        c = (uint4)(high1 ^ c.y ^ k0, low1, high0 ^ c.w ^ k1, low0);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return c;
}

// 32 bits for a stochastic rounding of an element; nothing where the policy draws none.
uint noise_of(address at, uint direction, long index, uint lane)
{
#if REQUANTIZATION == SINGLE && ROUNDING == STOCHASTIC
    uint4 words = philox((uint4)((uint)(index >> 2), at.z, direction | 0x80000000u | (lane << 28), at.w), at.x, at.y);
    uint four[4] = { words.x, words.y, words.z, words.w };
    return four[index & 3] & RANDOM_MASK;
#else
    return 0;
#endif
}

// ---- The output stage. (OutputStage.cs, OutputWriter.cs) ----

typedef struct
{
    global const int2 *scales; // multiplier and shift of each channel, or of all
    int per_channel, zero, minimum, maximum;
    memory to;
    int bits;
    address at;
    uint direction;
} stage;

#define STAGE_PARAMETERS \
    global const int2 *scales, int per_channel, int zero, int minimum, int maximum, memory y, ulong y_at, int y_bits, \
    address at, uint direction
#define STAGE { scales, per_channel, zero, minimum, maximum, y + y_at, y_bits, at, direction }

// Narrows, clamps and stores a scaled value; returns 1 when it lay outside the format.
uint put(const stage *s, long value, long index)
{
    long narrowed = narrow(value, s->bits);
    write_element(s->to, s->bits, index, min(max(narrowed, (long)s->minimum), (long)s->maximum));
    return narrowed == value ? 0 : 1;
}

uint put_scaled(const stage *s, int sum, long index, int channel)
{
    int2 factor = s->scales[s->per_channel ? channel : 0];
    return put(s, scale(sum, factor.x, factor.y, s->zero, noise_of(s->at, s->direction, index, 0)), index);
}

uint put_scaled_wide(const stage *s, long sum, long index, int channel)
{
    int2 factor = s->scales[s->per_channel ? channel : 0];
    return put(s, scale_wide(sum, factor.x, factor.y, s->zero, noise_of(s->at, s->direction, index, 0)), index);
}
