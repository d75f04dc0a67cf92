// Matrix products y[m, n] = stage(bias[n] + sum over k of left[m, k] * right[n, k]) in a policy's arithmetic. (MatrixProduct.cs)
//
// Operands are first widened to 16 bits and packed in pairs along k, one pair to an int: left[panel][pair][ROWS],
// right[panel][pair][COLUMNS]. Devices with dot products of bytes (dot.cl) have operands of 8 bits in quads instead, and of 16 bits
// on the right as two planes of quads, the high bytes (signed) before the low ones (unsigned): right[panel][plane][quad][COLUMNS].
// "planes" says which: 0 for pairs. Where Cauchy and Schwarz prove that no partial sum of a tile can leave the accumulator, the order
// of addition is free and "multiply" computes the tile; the others are left to "multiply_in_order", which follows the policy
// product by product. Both ask "is_free", so that every tile is computed exactly once.
//
// Build options:
//   ROWS, VECTORS, LANES    a work item's tile: ROWS x (VECTORS * LANES) sums
//   GROUP_ROWS, GROUP_COLUMNS, STAGED_PAIRS   with STAGED_PAIRS above 0, a work group stages that many pairs (or quads) of its
//                           panels in local memory
//   DOT                     how bytes are multiplied (dot.cl)
//   ACCUMULATOR_BITS, OUTER_BITS, GROUP_MACS, BLOCK_MACS, OVERFLOW   the policy (AccumulatorPolicy)
//   FREE_PRODUCTS, FREE_SUM largest magnitudes of sums without and with bias that leave the order free

#define COLUMNS (VECTORS * LANES)
#define UNROLL _Pragma("unroll") // sums stay in registers only where every index is a constant
#define OUTPUT_BITS (BLOCK_MACS > 0 ? OUTER_BITS : ACCUMULATOR_BITS)

#if LANES == 16
typedef int16 lanes;
typedef long16 long_lanes;
#define LOAD(p) vload16(0, p)
#define STORE(v, p) vstore16(v, 0, p)
#define TO_LONG(v) convert_long16(v)
#define AS_SUM(v) as_uint16(v)
#define AS_LANES(v) as_int16(v)
typedef uint16 sum_lanes;
#elif LANES == 8
typedef int8 lanes;
typedef long8 long_lanes;
#define LOAD(p) vload8(0, p)
#define STORE(v, p) vstore8(v, 0, p)
#define TO_LONG(v) convert_long8(v)
#define AS_SUM(v) as_uint8(v)
#define AS_LANES(v) as_int8(v)
typedef uint8 sum_lanes;
#elif LANES == 4
typedef int4 lanes;
typedef long4 long_lanes;
#define LOAD(p) vload4(0, p)
#define STORE(v, p) vstore4(v, 0, p)
#define TO_LONG(v) convert_long4(v)
#define AS_SUM(v) as_uint4(v)
#define AS_LANES(v) as_int4(v)
typedef uint4 sum_lanes;
#else
typedef int lanes;
typedef long long_lanes;
#define LOAD(p) (*(p))
#define STORE(v, p) (*(p) = (v))
#define TO_LONG(v) ((long)(v))
#define AS_SUM(v) as_uint(v)
#define AS_LANES(v) as_int(v)
typedef uint sum_lanes;
#endif

#define LOW(pairs) (((pairs) << 16) >> 16)
#define HIGH(pairs) ((pairs) >> 16)

// Both products of each pair, added. They fit 32 bits: only 2 * (-2^15)^2 would not, and such tiles are never free.
lanes dot_pairs(lanes a, lanes b)
{
#if LANES == 16 && defined(__AVX512BW__)
    // x86's vpmaddwd does just this, but compilers do not find it: they multiply 32-bit lanes, at a quarter of the speed.
    typedef short shorts __attribute__((vector_size(64)));
    return __builtin_astype(__builtin_ia32_pmaddwd512(__builtin_astype(a, shorts), __builtin_astype(b, shorts)), lanes);
#elif LANES == 8 && defined(__AVX2__)
    typedef short shorts __attribute__((vector_size(32)));
    return __builtin_astype(__builtin_ia32_pmaddwd256(__builtin_astype(a, shorts), __builtin_astype(b, shorts)), lanes);
#else
    return LOW(a) * LOW(b) + HIGH(a) * HIGH(b);
#endif
}

// ---- Packing. (RowSource.cs) One work item per row of a panel; rows and depth are filled up with zeros. ----

#define LAYOUT_ROWS 0
#define LAYOUT_COLUMNS 1
#define LAYOUT_WINDOWS 2

// ConvolutionShape, in its order.
typedef struct
{
    int batch, input_height, input_width, input_channels, kernel_height, kernel_width, output_height, output_width,
        output_channels, stride_height, stride_width, pad_top, pad_left, dilation_height, dilation_width, groups;
} convolution;

// Values of a row, gathered to words: two or four to each.
typedef struct
{
    global uint *to;
    int stride, plane, planes, k; // words from one to the next, and from the high bytes to the low ones
    uint word, low;
    ulong squares;
} row_packer;

#define PER_WORD(planes) (DOT == NO_DOT || (planes) == 0 ? 2 : 4)

int words_of(int k, int planes)
{
    return (k + PER_WORD(planes) - 1) / PER_WORD(planes);
}

void pack_value(row_packer *row, int value)
{
    row->squares += (uint)(value * value);
    int within = row->k % PER_WORD(row->planes);
#if DOT != NO_DOT
    if (row->planes > 0)
    {
        row->word |= (uint)((row->planes == 2 ? value >> 8 : value) & 0xFF) << (8 * within);
        row->low |= (uint)(value & 0xFF) << (8 * within);
    }
    else
#endif
    {
        row->word |= (uint)(value & 0xFFFF) << (16 * within);
    }

    row->k++;
    if (within + 1 < PER_WORD(row->planes))
        return;
    row->to[0] = row->word;
#if DOT != NO_DOT
    if (row->planes == 2)
        row->to[row->plane] = row->low;
    row->low = 0;
#endif
    row->to += row->stride;
    row->word = 0;
}

int narrow_element(operand x, int bits, long index)
{
    return bits == 16 ? ((global const short *)x)[index] : x[index];
}

// Some elements, "step" apart: whole words without looking at each element's place in its word.
void pack_run(row_packer *row, operand x, int bits, int offset, long first, long step, int count)
{
    int i = 0;
    for (; i < count && row->k % PER_WORD(row->planes) != 0; i++)
        pack_value(row, narrow_element(x, bits, first + i * step) + offset);
#if DOT != NO_DOT
    if (row->planes > 0)
    {
        for (; i + 3 < count; i += 4, row->k += 4, row->to += row->stride)
        {
            uint high = 0, low = 0;
            UNROLL
            for (int e = 0; e < 4; e++)
            {
                int value = narrow_element(x, bits, first + (i + e) * step) + offset;
                row->squares += (uint)(value * value);
                high |= (uint)((row->planes == 2 ? value >> 8 : value) & 0xFF) << (8 * e);
                low |= (uint)(value & 0xFF) << (8 * e);
            }

            row->to[0] = high;
            if (row->planes == 2)
                row->to[row->plane] = low;
        }
    }
    else
#endif
    {
        for (; i + 1 < count; i += 2, row->k += 2, row->to += row->stride)
        {
            int even = narrow_element(x, bits, first + i * step) + offset, odd = narrow_element(x, bits, first + (i + 1) * step) + offset;
            row->squares += (ulong)(uint)(even * even) + (uint)(odd * odd);
            row->to[0] = (uint)(even & 0xFFFF) | ((uint)odd << 16);
        }
    }

    for (; i < count; i++)
        pack_value(row, narrow_element(x, bits, first + i * step) + offset);
}

// The window of one output position and channel group, in the order kernel row, kernel column, channel (im2col).
void pack_window(operand x, int bits, int offset, global const convolution *shape, int group, int position, row_packer *row)
{
    int channels = shape->input_channels / shape->groups;
    int ow = position % shape->output_width, outer = position / shape->output_width;
    int oh = outer % shape->output_height, image = outer / shape->output_height;
    for (int kh = 0; kh < shape->kernel_height; kh++)
    {
        int h = oh * shape->stride_height - shape->pad_top + kh * shape->dilation_height;
        for (int kw = 0; kw < shape->kernel_width; kw++)
        {
            int w = ow * shape->stride_width - shape->pad_left + kw * shape->dilation_width;
            bool inside = h >= 0 && h < shape->input_height && w >= 0 && w < shape->input_width;
            long from = (((long)image * shape->input_height + h) * shape->input_width + w) * shape->input_channels
                + (long)group * channels;
            if (inside)
                pack_run(row, x, bits, offset, from, 1, channels);
            for (int c = 0; c < (inside ? 0 : channels); c++)
                pack_value(row, 0);
        }
    }
}

kernel void pack(
    operand x, ulong x_at, int bits, int offset, int layout, int rows, int depth, int columns, long batch_stride,
    global const convolution *shape, int panel_rows, int planes, global uint *panels, global ulong *squares)
{
    int row = get_global_id(0), item = get_global_id(1), padded = get_global_size(0), words = words_of(depth, planes);
    long panel = (long)item * (padded / panel_rows) + row / panel_rows;
    row_packer packed = { panels + panel * words * max(planes, 1) * panel_rows + row % panel_rows, panel_rows, words * panel_rows, planes, 0, 0, 0, 0 };
    operand from = x + x_at;
    if (row < rows && layout == LAYOUT_WINDOWS)
    {
        pack_window(from, bits, offset, shape, item, row, &packed);
    }
    else if (row < rows)
    {
        long first = item * batch_stride + (layout == LAYOUT_ROWS ? (long)row * depth : row);
        pack_run(&packed, from, bits, offset, first, layout == LAYOUT_ROWS ? 1 : columns, depth);
    }

    while (packed.k < words * PER_WORD(planes))
        pack_value(&packed, 0);
    squares[(long)item * padded + row] = packed.squares;
}

// ---- Which tiles are free. (Bounds.cs) ----

long bias_of(operand bias, int bias_bits, int channel)
{
    return bias_bits == 0 ? 0 : read_element(bias, bias_bits, channel);
}

// |sum of any of the products| <= |a| |b|, and that squared is the product of the sums of squares: compared in 128 bits.
bool is_free(
    global const ulong *left_squares, global const ulong *right_squares, operand bias, int bias_bits, int first_channel, int count)
{
    ulong left = 0, right = 0, start = 0;
    for (int r = 0; r < ROWS; r++)
        left = max(left, left_squares[r]);
    for (int c = 0; c < count; c++)
    {
        right = max(right, right_squares[c]);
        long term = bias_of(bias, bias_bits, first_channel + c);
        start = max(start, (ulong)(term ^ (term >> 63)) + 1); // at least |term|, which LONG_MIN has no number for
    }

    if (start > (ulong)FREE_SUM)
        return false;
    ulong limit = min((ulong)FREE_PRODUCTS, (ulong)FREE_SUM - start);
    ulong high = mul_hi(left, right), most = mul_hi(limit, limit);
    return high < most || (high == most && left * right <= limit * limit);
}

// ---- Accumulators that move out. ----
//
// Step by step over a row, so that compilers find vectors in each loop.

typedef struct { uint overflowed, clipped; } counts;

// What each column of a tile starts from and is scaled by.
typedef struct
{
    long bias[COLUMNS];
    int multiplier[COLUMNS], shift[COLUMNS];
} columns_of_tile;

void read_columns(columns_of_tile *to, const stage *s, operand bias, int bias_bits, int channel, int count)
{
    for (int c = 0; c < count; c++)
    {
        int2 factor = s->scales[s->per_channel ? channel + c : 0];
        to->bias[c] = bias_of(bias, bias_bits, channel + c);
        to->multiplier[c] = factor.x;
        to->shift[c] = factor.y;
    }
}

void store_row(const stage *s, const int *values, long index, int count)
{
    switch (s->bits)
    {
        case 8:
            for (int c = 0; c < count; c++)
                s->to[index + c] = (char)values[c];
            break;
        case 16:
            for (int c = 0; c < count; c++)
                ((global short *)s->to)[index + c] = (short)values[c];
            break;
        default:
            for (int c = 0; c < count; c++)
                ((global int *)s->to)[index + c] = values[c];
            break;
    }
}

// Sums of the accumulator's own width: int32 outputs are the accumulators themselves, others go through the output stage.
// overflowed[c] is not 0 where a sum left its range before.
void move_out(
    const stage *s, const columns_of_tile *columns, const long *sums, const long *overflowed, long index, int count, counts *n)
{
    long kept[COLUMNS], scaled[COLUMNS];
    int narrowed[COLUMNS], left = 0, clipped = 0;
    for (int c = 0; c < count; c++)
    {
        kept[c] = OVERFLOW == SATURATE_ON_DRAIN ? saturate_to(sums[c], OUTPUT_BITS) : sums[c];
        left += overflowed[c] != 0 || kept[c] != sums[c] ? 1 : 0;
    }

    if (s->bits == 32)
    {
        for (int c = 0; c < count; c++)
        {
            narrowed[c] = (int)(OUTPUT_BITS > 32 ? narrow(kept[c], 32) : kept[c]);
            clipped += narrowed[c] == kept[c] ? 0 : 1;
        }
    }
    else
    {
        for (int c = 0; c < count; c++)
        {
            uint random = noise_of(s->at, s->direction, index + c, 0);
            scaled[c] = OUTPUT_BITS > 32
                ? scale_wide(kept[c], columns->multiplier[c], columns->shift[c], s->zero, random)
                : scale((int)kept[c], columns->multiplier[c], columns->shift[c], s->zero, random);
        }

        for (int c = 0; c < count; c++)
        {
            long value = narrow(scaled[c], s->bits);
            clipped += value == scaled[c] ? 0 : 1;
            narrowed[c] = min(max((int)value, s->minimum), s->maximum);
        }
    }

    store_row(s, narrowed, index, count);
    n->overflowed += left;
    n->clipped += clipped;
}

#define PRODUCT_PARAMETERS \
    int m, int n, int k, int planes, int left_panels, int right_panels, global const int *left, global const ulong *left_squares, \
    global const int *right, global const ulong *right_squares, operand bias, ulong bias_at, int bias_bits, int batch_channels, \
    long start_output, long batch_outputs, long row_outputs, counter totals, int slot, STAGE_PARAMETERS

// Panels of a batch's item; the outputs of item b start at start_output + b * batch_outputs and have channels from b * batch_channels on.
#define SELECT_ITEM \
    int item = get_global_id(2), words = words_of(k, planes), right_words = words * max(planes, 1), first_channel = item * batch_channels; \
    left += (long)item * left_panels * words * ROWS; \
    right += (long)item * right_panels * right_words * COLUMNS; \
    left_squares += (long)item * left_panels * ROWS; \
    right_squares += (long)item * right_panels * COLUMNS; \
    bias += bias_at; \
    long first_output = start_output + item * batch_outputs; \
    stage s = STAGE;

// ---- Tiles whose order of addition is free. ----

// How the words of two operands are multiplied.
#define PAIRS 0
#define SIGNED_QUADS 1
#define UNSIGNED_QUADS 2 // on the right; those on the left are signed

sum_lanes add_products(sum_lanes sum, lanes a, lanes b, int form)
{
#if DOT != NO_DOT
    if (form == SIGNED_QUADS)
        return DOT_SIGNED(a, b, sum);
    if (form == UNSIGNED_QUADS)
        return DOT_UNSIGNED(a, b, sum);
#endif
    return sum + AS_SUM(dot_pairs(a, b));
}

#if STAGED_PAIRS > 0
#define PANELS local const int
#else
#define PANELS global const int
#endif

// Adds the products of some words of a tile's panels.
__attribute__((always_inline)) void add_words(sum_lanes sums[ROWS][VECTORS], PANELS *a, PANELS *b, int count, int form)
{
    for (int p = 0; p < count; p++, a += ROWS, b += COLUMNS)
    {
        lanes columns[VECTORS];
        UNROLL
        for (int v = 0; v < VECTORS; v++)
            columns[v] = LOAD(b + v * LANES);
        UNROLL
        for (int r = 0; r < ROWS; r++)
        {
            UNROLL
            for (int v = 0; v < VECTORS; v++)
                sums[r][v] = add_products(sums[r][v], (lanes)a[r], columns[v], form);
        }
    }
}

#if STAGED_PAIRS > 0

// Copies some words of a work group's panels to local memory; panels beyond the last are left out.
void stage_panels(
    local int *to, global const int *from, int panels, int first_panel, int group_panels, long panel_words, int first, int count, int width)
{
    int me = get_local_id(1) * GROUP_ROWS + get_local_id(0);
    for (int t = me; t < group_panels * STAGED_PAIRS * width; t += GROUP_ROWS * GROUP_COLUMNS)
    {
        int panel = first_panel + t / (STAGED_PAIRS * width), at = t % (STAGED_PAIRS * width);
        if (panel < panels && at < count * width)
            to[t] = from[((long)panel * panel_words + first) * width + at];
    }
}

// Work items outside the panels only help to copy.
#define ADD_PLANE(first, form) \
    for (int done = 0; done < words; done += STAGED_PAIRS) \
    { \
        int count = min(STAGED_PAIRS, words - done); \
        stage_panels(staged_left, left, left_panels, get_group_id(0) * GROUP_ROWS, GROUP_ROWS, words, done, count, ROWS); \
        stage_panels( \
            staged_right, right, right_panels, get_group_id(1) * GROUP_COLUMNS, GROUP_COLUMNS, right_words, (first) + done, count, COLUMNS); \
        barrier(CLK_LOCAL_MEM_FENCE); \
        if (inside) \
        { \
            add_words( \
                sums, staged_left + get_local_id(0) * STAGED_PAIRS * ROWS, staged_right + get_local_id(1) * STAGED_PAIRS * COLUMNS, count, \
                form); \
        } \
        barrier(CLK_LOCAL_MEM_FENCE); \
    }
#define STAGING local int staged_left[GROUP_ROWS * STAGED_PAIRS * ROWS], staged_right[GROUP_COLUMNS * STAGED_PAIRS * COLUMNS];
#define GROUP __attribute__((reqd_work_group_size(GROUP_ROWS, GROUP_COLUMNS, 1)))

#else

#define ADD_PLANE(first, form) \
    if (inside) \
        add_words(sums, left + (long)i * words * ROWS, right + ((long)j * right_words + (first)) * COLUMNS, words, form);
#define STAGING
#define GROUP

#endif

// A tile's sums through the output stage.
void move_out_tile(
    sum_lanes sums[ROWS][VECTORS], const stage *s, int rows, int count, operand bias, int bias_bits, int channel, long first_output,
    long row_outputs, counter totals)
{
    counts total = { 0, 0 };
    columns_of_tile columns;
    read_columns(&columns, s, bias, bias_bits, channel, count);
    for (int r = 0; r < rows; r++)
    {
        int row[COLUMNS];
        long with_bias[COLUMNS], none[COLUMNS];
        UNROLL
        for (int v = 0; v < VECTORS; v++)
            STORE(AS_LANES(sums[r][v]), row + v * LANES);
        for (int c = 0; c < count; c++)
        {
            with_bias[c] = row[c] + columns.bias[c];
            none[c] = 0;
        }

        move_out(s, &columns, with_bias, none, first_output + r * row_outputs, count, &total);
    }

    add_to(totals, total.overflowed);
    add_to(totals + 2, total.clipped);
}

// With staging every work item of a group must reach the barriers, also where its tile is not there or not free.
#define BEGIN_TILE \
    SELECT_ITEM \
    int i = get_global_id(0), j = get_global_id(1), count = min(COLUMNS, n - j * COLUMNS); \
    bool inside = i < left_panels && j < right_panels && is_free( \
        left_squares + (long)i * ROWS, right_squares + (long)j * COLUMNS, bias, bias_bits, first_channel + j * COLUMNS, count); \
    sum_lanes sums[ROWS][VECTORS]; \
    UNROLL \
    for (int r = 0; r < ROWS; r++) \
    { \
        UNROLL \
        for (int v = 0; v < VECTORS; v++) \
            sums[r][v] = 0; \
    }

#define END_TILE \
    if (inside) \
    { \
        move_out_tile( \
            sums, &s, min(ROWS, m - i * ROWS), count, bias, bias_bits, first_channel + j * COLUMNS, \
            first_output + (long)i * ROWS * row_outputs + j * COLUMNS, row_outputs, totals + 4 * slot); \
    }

GROUP kernel void multiply(PRODUCT_PARAMETERS)
{
    STAGING
    BEGIN_TILE
    ADD_PLANE(0, PAIRS)
    END_TILE
}

#if DOT != NO_DOT

// The sum of any of the products fits 32 bits, so it does not matter that 256 times the sum of the high bytes may wrap.
GROUP kernel void multiply_quads(PRODUCT_PARAMETERS)
{
    STAGING
    BEGIN_TILE
    ADD_PLANE(0, SIGNED_QUADS)
    if (planes == 2)
    {
        UNROLL
        for (int r = 0; r < ROWS; r++)
        {
            UNROLL
            for (int v = 0; v < VECTORS; v++)
                sums[r][v] <<= 8;
        }

        ADD_PLANE(words, UNSIGNED_QUADS)
    }
    END_TILE
}

#endif

// ---- Tiles that must follow the policy's order. (Accumulator.cs) Lanes lie across columns: each keeps its own order. ----

typedef struct
{
    long_lanes inner, outer, group, overflowed; // overflowed: not 0 once a sum has left the range
    int in_group, in_block;
} accumulator;

// A sum and a term in an accumulator of some bits; 64-bit sums may leave even 64 bits.
long_lanes add_in(accumulator *a, long_lanes sum, long_lanes term, int bits)
{
    long_lanes next = sum + term;
#if OVERFLOW == SATURATE_ON_DRAIN
    return next;
#else
    long_lanes beyond = ((sum ^ next) & (term ^ next)) < 0; // all ones, or 1 for a single lane
    long_lanes wrapped = (next << (64 - bits)) >> (64 - bits);
    long_lanes outside = beyond | (wrapped != next);
    a->overflowed |= outside;
#if OVERFLOW == WRAP
    return wrapped;
#else
    long greatest = (long)(((ulong)1 << (bits - 1)) - 1);
    long_lanes least_lanes = (long_lanes)(-greatest - 1), greatest_lanes = (long_lanes)greatest;
    return outside ? (((next < 0) ^ beyond) ? least_lanes : greatest_lanes) : next;
#endif
#endif
}

// What a sum becomes as it leaves an accumulator.
long_lanes leave(accumulator *a, long_lanes sum, int bits)
{
#if OVERFLOW == SATURATE_ON_DRAIN
    long greatest = (long)(((ulong)1 << (bits - 1)) - 1);
    long_lanes kept = min(max(sum, (long_lanes)(-greatest - 1)), (long_lanes)greatest);
    a->overflowed |= kept != sum;
    return kept;
#else
    return sum;
#endif
}

void close_group(accumulator *a)
{
    a->inner = add_in(a, a->inner, a->group, ACCUMULATOR_BITS);
    a->group = 0;
}

void close_block(accumulator *a)
{
    a->outer = add_in(a, a->outer, leave(a, a->inner, ACCUMULATOR_BITS), OUTER_BITS);
    a->inner = 0;
}

accumulator start_at(long_lanes bias)
{
    accumulator a = { 0, 0, 0, 0, 0, 0 };
    long_lanes start = add_in(&a, (long_lanes)0, bias, OUTPUT_BITS);
    if (BLOCK_MACS > 0)
        a.outer = start;
    else
        a.inner = start;
    return a;
}

// After each product that joined the group: closes what is full.
void count_product(accumulator *a)
{
    a->in_block++;
    if (++a->in_group < GROUP_MACS)
        return;
    close_group(a);
    a->in_group = 0;
    if (a->in_block == BLOCK_MACS)
    {
        close_block(a);
        a->in_block = 0;
    }
}

// The sum that moves out; the clamp of a sum that saturates as it drains is move_out's.
long_lanes finish(accumulator *a)
{
    if (a->in_group > 0)
        close_group(a);
    if (BLOCK_MACS > 0 && a->in_block > 0)
        close_block(a);
    return BLOCK_MACS > 0 ? a->outer : a->inner;
}

// Element t of a row of words.
#define BYTE_OF(word, t) (((word) << (24 - 8 * ((t) & 3))) >> 24)
#define HALF_OF(word, t) (((word) << (16 - 16 * ((t) & 1))) >> 16)

int left_element(global const int *a, int t, int planes)
{
#if DOT != NO_DOT
    if (planes > 0)
        return BYTE_OF(a[(long)(t >> 2) * ROWS], t);
#endif
    return HALF_OF(a[(long)(t >> 1) * ROWS], t);
}

// low: words to the plane of the low bytes.
lanes right_elements(global const int *b, int t, int planes, long low)
{
#if DOT != NO_DOT
    if (planes > 0)
    {
        global const int *at = b + (long)(t >> 2) * COLUMNS;
        lanes high = LOAD(at);
        high = BYTE_OF(high, t);
        if (planes == 1)
            return high;
        lanes bytes = LOAD(at + low);
        return (high << 8) | ((bytes >> (8 * (t & 3))) & 0xFF);
    }
#endif
    lanes word = LOAD(b + (long)(t >> 1) * COLUMNS);
    return HALF_OF(word, t);
}

// LANES outputs of one row, from column "first" of the tile on.
void sum_in_order(
    global const int *a, global const int *b, int k, int planes, operand bias, int bias_bits, int channel, int count, long index, const stage *s,
    counts *total)
{
    columns_of_tile columns;
    long start[LANES], moved[LANES], flags[LANES];
    read_columns(&columns, s, bias, bias_bits, channel, count);
    for (int c = 0; c < LANES; c++)
        start[c] = c < count ? columns.bias[c] : 0;
    accumulator sum = start_at(LOAD(start));
    long low = (long)words_of(k, planes) * COLUMNS;
    for (int t = 0; t < k; t++)
    {
        sum.group += TO_LONG((lanes)left_element(a, t, planes) * right_elements(b, t, planes, low));
        count_product(&sum);
    }

    STORE(finish(&sum), moved);
    STORE(sum.overflowed, flags);
    move_out(s, &columns, moved, flags, index, count, total);
}

// On a processor a work item does a whole tile; on a GPU each of its runs of lanes is a work item.
#define PARTS (ROWS * VECTORS)

kernel void multiply_in_order(PRODUCT_PARAMETERS)
{
    SELECT_ITEM
    int id = get_global_id(0), i = SEQUENTIAL ? id : id / PARTS, j = get_global_id(1), column = j * COLUMNS;
    if (is_free(
        left_squares + (long)i * ROWS, right_squares + (long)j * COLUMNS, bias, bias_bits, first_channel + column,
        min(COLUMNS, n - column)))
    {
        return;
    }

    counts total = { 0, 0 };
    for (int part = SEQUENTIAL ? 0 : id % PARTS; part < (SEQUENTIAL ? PARTS : id % PARTS + 1); part++)
    {
        int r = part / VECTORS, first = part % VECTORS * LANES, row = i * ROWS + r;
        if (row >= m || column + first >= n)
            continue;
        sum_in_order(
            left + (long)i * words * ROWS + r, right + (long)j * right_words * COLUMNS + first, k, planes, bias, bias_bits,
            first_channel + column + first, min(LANES, n - column - first),
            first_output + (long)row * row_outputs + column + first, &s, &total);
    }

    add_to(totals + 4 * slot, total.overflowed);
    add_to(totals + 4 * slot + 2, total.clipped);
}

// Depthwise convolution: each output channel reads one input channel. Always in order; a product per kernel position is little
// work. (DepthwiseKernel.cs) Work items take one output position and LANES channels.
kernel void depthwise(
    operand x, ulong x_at, int x_bits, int x_offset, operand w, ulong w_at, int w_bits, int w_offset,
    global const convolution *shape, operand bias, ulong bias_at, int bias_bits, counter totals, int slot, STAGE_PARAMETERS)
{
    stage s = STAGE;
    x += x_at;
    w += w_at;
    bias += bias_at;
    int position = get_global_id(0), first = get_global_id(1) * LANES;
    int channels = shape->output_channels, count = min(LANES, channels - first), multiplier = channels / shape->input_channels;
    int ow = position % shape->output_width, outer = position / shape->output_width;
    int oh = outer % shape->output_height, image = outer / shape->output_height;
    columns_of_tile columns;
    long start[LANES], moved[LANES], flags[LANES];
    read_columns(&columns, &s, bias, bias_bits, first, count);
    for (int c = 0; c < LANES; c++)
        start[c] = c < count ? columns.bias[c] : 0;
    accumulator sum = start_at(LOAD(start));

    for (int kh = 0; kh < shape->kernel_height; kh++)
    {
        int h = oh * shape->stride_height - shape->pad_top + kh * shape->dilation_height;
        for (int kw = 0; kw < shape->kernel_width; kw++)
        {
            int v = ow * shape->stride_width - shape->pad_left + kw * shape->dilation_width;
            bool inside = h >= 0 && h < shape->input_height && v >= 0 && v < shape->input_width;
            long at = (((long)image * shape->input_height + h) * shape->input_width + v) * shape->input_channels;
            long products[LANES];
            for (int c = 0; c < LANES; c++)
            {
                int channel = first + c;
                long weight = ((long)channel * shape->kernel_height + kh) * shape->kernel_width + kw;
                products[c] = inside && c < count
                    ? (read_element(x, x_bits, at + channel / multiplier) + x_offset) * (read_element(w, w_bits, weight) + w_offset)
                    : 0;
            }

            sum.group += LOAD(products);
            count_product(&sum);
        }
    }

    counts total = { 0, 0 };
    STORE(finish(&sum), moved);
    STORE(sum.overflowed, flags);
    move_out(&s, &columns, moved, flags, (long)position * channels + first, count, &total);
    add_to(totals + 4 * slot, total.overflowed);
    add_to(totals + 4 * slot + 2, total.clipped);
}
