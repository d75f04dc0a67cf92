// The roof of the matrix product's arithmetic: its multiply-adds on registers alone. (ProductSpeed.cs)
//
//   FORM   of the words that are multiplied (product.cl)

#define CHAINS 16 // sums that wait for no other within a round: more than a multiply-add takes clocks

kernel void roof(global int *results, int rounds)
{
    sum_lanes sums[CHAINS];
    lanes factor = (lanes)(int)(get_global_id(0) | 0x01010101);
    UNROLL
    for (int i = 0; i < CHAINS; i++)
        sums[i] = (sum_lanes)(uint)(get_global_id(0) + i);
    for (int round = 0; round < rounds; round++)
    {
        sum_lanes first = sums[0];
        UNROLL
        for (int i = 0; i < CHAINS; i++)
            sums[i] = add_products(sums[i], AS_LANES(i + 1 < CHAINS ? sums[i + 1] : first), factor, FORM);
    }

    // No result is left out, so no product is.
    int row[LANES], total = 0;
    UNROLL
    for (int i = 0; i < CHAINS; i++)
    {
        STORE(AS_LANES(sums[i]), row);
        for (int c = 0; c < LANES; c++)
            total ^= row[c];
    }
    results[get_global_id(0)] = total;
}
