// Perturbation and update of QZO-FF. (Perturbation.cs, PerturbJob.cs, UpdateJob.cs)
//
//   LINEAR_FEEDBACK   1: random numbers come from a Galois LFSR; 0: from Philox
//   ONE               what stands for 1 in the step of z

// The number for 16 random bits: a table for normal numbers, plus or minus one where there is none.
int shaped(uint bits, global const char *normals, int is_normal)
{
    return is_normal ? normals[bits] : (bits & 0x8000) == 0 ? ONE : -ONE;
}

#if LINEAR_FEEDBACK

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

#endif

// z of the eight elements of a block.
void draw(
    long block, address at, uint direction, uint start, global const uint *powers, global const char *normals, int is_normal, int *z)
{
#if LINEAR_FEEDBACK
    uint state = register_at(block * 8, start, powers);
    for (int e = 0; e < 8; e++)
    {
        state = advance(state);
        z[e] = shaped(state & 0xFFFF, normals, is_normal);
    }
#else
    uint4 words = philox((uint4)((uint)block, at.z, direction, at.w), at.x, at.y);
    uint four[4] = { words.x, words.y, words.z, words.w };
    for (int e = 0; e < 8; e++)
        z[e] = shaped((e & 1) == 0 ? four[e >> 1] & 0xFFFF : four[e >> 1] >> 16, normals, is_normal);
#endif
}

// w+- = stage(w * ONE +- epsilon * z). w is a run of a tensor's elements from "first" on: z and noise are those of the tensor.
kernel void perturb(
    operand w, ulong w_at, int bits, long first, long count, int factor, uint start, global const uint *powers, global const char *normals,
    int is_normal, counter totals, int slot, STAGE_PARAMETERS)
{
    stage s = STAGE;
    uint clipped = 0;
    int2 rescale = scales[0];
    for (FOR_EACH(piece, (first + count + 7) / 8 - first / 8))
    {
        int z[8];
        long block = first / 8 + piece;
        draw(block, at, direction, start, powers, normals, is_normal, z);
        for (long i = max(block * 8, first); i < min(block * 8 + 8, first + count); i++)
        {
            uint sum = (uint)(int)read_element(w + w_at, bits, i - first) * ONE + (uint)z[i & 7] * (uint)factor;
            clipped += put(&s, scale((int)sum, rescale.x, rescale.y, zero, noise_of(at, direction, i, 0)), i - first);
        }
    }
    add_to(totals + 4 * slot + 2, clipped);
}

// w = narrow(w - scale(g)), g = (1/m) * sum of sign * z over m directions in 8 bits. Counts weights that changed and updates
// that rounded to nothing.
kernel void update(
    memory w, ulong w_at, int bits, long count, address at, int directions, global const int *signs, global const uint *starts,
    global const uint *powers, global const char *normals, int is_normal, int2 mean, int2 factor, counter totals, int slot)
{
    uint changed = 0, lost = 0;
    w += w_at;
    for (FOR_EACH(block, (count + 7) / 8))
    {
        int sums[8] = { 0, 0, 0, 0, 0, 0, 0, 0 }, z[8];
        for (int d = 0; d < directions; d++)
        {
            if (signs[d] == 0)
                continue;
            draw(block, at, (uint)d, starts[d], powers, normals, is_normal, z);
            for (int e = 0; e < 8; e++)
                sums[e] += signs[d] * z[e];
        }

        for (long i = block * 8; i < min(block * 8 + 8, count); i++)
        {
            int g = sums[i & 7];
            if (directions > 1)
                g = (int)min(max(scale(g, mean.x, mean.y, 0, noise_of(at, 0, i, 1)), -128L), 127L);
            long delta = scale(g, factor.x, factor.y, 0, noise_of(at, 0, i, 0));
            long old = read_element(w, bits, i), updated = narrow(old - delta, bits);
            lost += g != 0 && delta == 0 ? 1 : 0;
            changed += updated == old ? 0 : 1;
            write_element(w, bits, i, updated);
        }
    }
    add_to(totals + 4 * slot, changed);
    add_to(totals + 4 * slot + 2, lost);
}
