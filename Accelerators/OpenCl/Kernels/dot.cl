// Dot products of four bytes, added to a sum: hardware for them where a device has it. Sums are unsigned, so that what leaves 32 bits
// wraps; none of these saturates. (DotProduct.cs)
//
//   DOT   which of them; NO_DOT: none, and products.cl multiplies pairs of 16 bits

#define NO_DOT 0
#define KHR_DOT 1
#define PTX_DOT 2
#define EMULATED_DOT 3

#if DOT == KHR_DOT // cl_khr_integer_dot_product

#define DOT_SIGNED(a, b, sum) ((sum) + (uint)dot_4x8packed_ss_int((uint)(a), (uint)(b)))
#define DOT_UNSIGNED(a, b, sum) ((sum) + (uint)dot_4x8packed_us_int((uint)(b), (uint)(a)))

#elif DOT == PTX_DOT // NVIDIA from compute capability 6.1 on

uint dp4a_signed(int a, int b, uint sum)
{
    uint result;
    asm("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

uint dp4a_unsigned(int a, int b, uint sum)
{
    uint result;
    asm("dp4a.s32.u32 %0, %1, %2, %3;" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

#define DOT_SIGNED(a, b, sum) dp4a_signed(a, b, sum)
#define DOT_UNSIGNED(a, b, sum) dp4a_unsigned(a, b, sum)

#elif DOT == EMULATED_DOT // as the others in plain OpenCL C, also for vectors: for tests

#define SIGNED_BYTE(x, i) (((x) << (24 - 8 * (i))) >> 24)
#define UNSIGNED_BYTE(x, i) (((x) >> (8 * (i))) & 0xFF)
#define DOT_BYTES(a, b, sum, byte_of) \
    ((sum) + AS_SUM( \
        SIGNED_BYTE(a, 0) * byte_of(b, 0) + SIGNED_BYTE(a, 1) * byte_of(b, 1) + SIGNED_BYTE(a, 2) * byte_of(b, 2) \
        + SIGNED_BYTE(a, 3) * byte_of(b, 3)))

// a has four signed bytes, b four signed ones or four unsigned ones.
#define DOT_SIGNED(a, b, sum) DOT_BYTES(a, b, sum, SIGNED_BYTE)
#define DOT_UNSIGNED(a, b, sum) DOT_BYTES(a, b, sum, UNSIGNED_BYTE)

#endif
