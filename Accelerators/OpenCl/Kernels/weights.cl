// Perturbation and update of forward gradients. (Perturbation.cs, PerturbJob.cs, EstimateCall.cs, UpdateJob.cs, NormKernel.cs, GuidedKernel.cs)
//
//   ONE   what stands for 1 in the step of z

// Where the z of one direction comes from. (PerturbationSource.cs, WeightMask.cs; packed by DeviceSource.cs)
//   s0..s3   address: seed (low, high), step and tensor
//   s4, s5   direction, and the first state of its LFSR
//   s6       flags
//   s7       a random mask keeps elements whose sixteen bits are below this number
//   s8, s9   byte of the stored z in the method's state
//   sa, sb   byte of the stored mask there
//   sc       first state of the LFSR of a random mask
//   sd, se   elements of the stored z
//   sf       factor of z: its sign, or steps
typedef uint16 source;

#define IS_NORMAL 1
#define IS_LINEAR 2 // random numbers come from a Galois LFSR, not from Philox
#define IS_STORED 4
#define HAS_STORED_MASK 8
#define HAS_RANDOM_MASK 16
#define IS_MASK_LINEAR 32
#define MASK_DIRECTION (1u << 27)

// What z is made from, beside its source.
#define TABLES operand state, global const uint *powers, global const char *normals

long joined(uint low, uint high)
{
    return (long)(((ulong)high << 32) | low);
}

// x^32 + x^22 + x^2 + x + 1, sixteen clocks.
uint advance(uint state)
{
    for (int i = 0; i < 16; i++)
        state = (state >> 1) ^ ((state & 1) == 0 ? 0u : 0x80200003u);
    return state;
}

// The register before element "first": powers[b] is the matrix of 16 * 2^b clocks, by columns.
uint register_at(long first, uint state, global const uint *powers)
{
    for (; first > 0; first >>= 1, powers += 32)
    {
        if ((first & 1) == 0)
            continue;
        uint next = 0;
        for (int b = 0; b < 32; b++)
            next ^= (state >> b & 1) == 0 ? 0u : powers[b];
        state = next;
    }
    return state;
}

// Sixteen random bits for each of the eight elements of a block.
void random_bits(long block, address at, uint direction, bool is_linear, uint start, global const uint *powers, uint *bits)
{
    if (is_linear)
    {
        uint state = register_at(block * 8, start, powers);
        for (int e = 0; e < 8; e++)
        {
            state = advance(state);
            bits[e] = state & 0xFFFF;
        }
        return;
    }

    uint4 words = philox((uint4)((uint)block, at.z, direction, at.w), at.x, at.y);
    uint four[4] = { words.x, words.y, words.z, words.w };
    for (int e = 0; e < 8; e++)
        bits[e] = (e & 1) == 0 ? four[e >> 1] & 0xFFFF : four[e >> 1] >> 16;
}

// z of the eight elements of a block; what a mask leaves out is 0, and so is what lies beyond the last.
void draw(long block, source from, TABLES, int *z)
{
    uint flags = from.s6, bits[8];
    if (flags & IS_STORED)
    {
        operand stored = state + joined(from.s8, from.s9) + block * 8;
        long count = joined(from.sd, from.se) - block * 8;
        for (int e = 0; e < 8; e++)
            z[e] = e < count ? stored[e] : 0;
    }
    else
    {
        random_bits(block, from.s0123, from.s4, (flags & IS_LINEAR) != 0, from.s5, powers, bits);
        for (int e = 0; e < 8; e++)
            z[e] = flags & IS_NORMAL ? normals[bits[e]] : (bits[e] & 0x8000) == 0 ? ONE : -ONE;
    }

    if (flags & HAS_STORED_MASK)
    {
        int kept = state[joined(from.sa, from.sb) + block];
        for (int e = 0; e < 8; e++)
            z[e] = (kept >> e & 1) == 0 ? 0 : z[e];
    }
    else if (flags & HAS_RANDOM_MASK)
    {
        address at = (address)(from.s0, from.s1, 0, from.s3); // the same in every step
        random_bits(block, at, MASK_DIRECTION, (flags & IS_MASK_LINEAR) != 0, from.sc, powers, bits);
        for (int e = 0; e < 8; e++)
            z[e] = bits[e] < from.s7 ? z[e] : 0;
    }
}

// w+- = stage(w * ONE + factor * z), of one direction or of two. w is a run of a tensor's elements from "first" on: z and noise are
// those of the tensor.
kernel void perturb(
    operand w, ulong w_at, int bits, long first, long count, int terms, source one, source two, TABLES, counter totals, int slot,
    STAGE_PARAMETERS)
{
    stage s = STAGE;
    uint clipped = 0;
    int2 rescale = scales[0];
    for (FOR_EACH(piece, (first + count + 7) / 8 - first / 8))
    {
        int z[8];
        uint sums[8] = { 0, 0, 0, 0, 0, 0, 0, 0 };
        long block = first / 8 + piece;
        for (int t = 0; t < terms; t++)
        {
            source from = t == 0 ? one : two;
            draw(block, from, state, powers, normals, z);
            for (int e = 0; e < 8; e++)
                sums[e] += (uint)z[e] * from.sf;
        }

        for (long i = max(block * 8, first); i < min(block * 8 + 8, first + count); i++)
        {
            uint sum = (uint)(int)read_element(w + w_at, bits, i - first) * ONE + sums[i & 7];
            clipped += put(&s, scale((int)sum, rescale.x, rescale.y, zero, noise_of(at, direction, i, 0)), i - first);
        }
    }
    add_to(totals + 4 * slot + 2, clipped);
}

// g = (1/m) * sum of sign * z over m directions, in 8 bits (with a mean of 0: the sum itself, in 32 bits), of the eight elements of a block: the first direction, then the others.
#define ESTIMATE_PARAMETERS source one, global const source *others, int directions, TABLES, int2 mean
#define ESTIMATE one, others, directions, state, powers, normals, mean

void estimate(long block, ESTIMATE_PARAMETERS, int *g)
{
    int z[8];
    for (int e = 0; e < 8; e++)
        g[e] = 0;
    for (int d = 0; d < directions; d++)
    {
        source from = d == 0 ? one : others[d - 1];
        if (from.sf == 0)
            continue;
        draw(block, from, state, powers, normals, z);
        for (int e = 0; e < 8; e++)
            g[e] += (int)from.sf * z[e];
    }

    if (directions == 1 || mean.x == 0)
        return;
    for (int e = 0; e < 8; e++)
    {
        long average = scale(g[e], mean.x, mean.y, 0, noise_of(one.s0123, one.s4, block * 8 + e, 1));
        g[e] = (int)min(max(average, -128L), 127L);
    }
}

// w = narrow(w - scale(g)); with momentum (in 2^-15, not negative) g is the velocity, which has 8 more fractional bits. Counts
// weights that changed and updates that rounded to nothing.
kernel void update(
    memory w, ulong w_at, int bits, long count, ESTIMATE_PARAMETERS, int2 factor, memory velocity, ulong velocity_at, int momentum,
    counter totals, int slot)
{
    uint changed = 0, lost = 0;
    w += w_at;
    global short *v = (global short *)(velocity + velocity_at);
    for (FOR_EACH(block, (count + 7) / 8))
    {
        int steps[8];
        estimate(block, ESTIMATE, steps);
        for (long i = block * 8; i < min(block * 8 + 8, count); i++)
        {
            int step = steps[i & 7];
            if (momentum >= 0)
                v[i] = (short)(step = (v[i] * momentum + step * 256 * ((1 << 15) - momentum) + (1 << 14)) >> 15);
            long delta = scale(step, factor.x, factor.y, 0, noise_of(one.s0123, one.s4, i, 0));
            long old = read_element(w, bits, i), updated = narrow(old - delta, bits);
            lost += step != 0 && delta == 0 ? 1 : 0;
            changed += updated == old ? 0 : 1;
            write_element(w, bits, i, updated);
        }
    }
    add_to(totals + 4 * slot, changed);
    add_to(totals + 4 * slot + 2, lost);
}

// Adds the sums of w^2 and of g^2, both exact in 64 bits, to the first two of some 64-bit numbers.
kernel void squares(operand w, ulong w_at, int bits, long count, ESTIMATE_PARAMETERS, counter sums)
{
    ulong of_weights = 0, of_estimate = 0;
    for (FOR_EACH(block, (count + 7) / 8))
    {
        int g[8];
        estimate(block, ESTIMATE, g);
        for (long i = block * 8; i < min(block * 8 + 8, count); i++)
        {
            long value = read_element(w + w_at, bits, i);
            of_weights += (ulong)(value * value);
            of_estimate += (ulong)(uint)(g[i & 7] * g[i & 7]);
        }
    }
    add_wide_to(sums, of_weights);
    add_wide_to(sums + 2, of_estimate);
}

// z = (fresh * n1 + kept * z + near * n2) >> 14, rounded half up, in 8 bits.
kernel void steer(memory z, ulong z_at, long count, source one, source two, TABLES, int fresh, int kept, int near)
{
    z += z_at;
    for (FOR_EACH(block, (count + 7) / 8))
    {
        int around_zero[8], around_last[8];
        draw(block, one, state, powers, normals, around_zero);
        draw(block, two, state, powers, normals, around_last);
        for (long i = block * 8; i < min(block * 8 + 8, count); i++)
        {
            int sum = fresh * around_zero[i & 7] + kept * z[i] + near * around_last[i & 7];
            z[i] = (char)min(max((sum + (1 << 13)) >> 14, -128), 127);
        }
    }
}
