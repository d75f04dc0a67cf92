// What a device's dot products give, for the host to compare with plain arithmetic before it relies on them. (DotProduct.cs)

#define AS_SUM(x) as_uint(x)

kernel void check_dot(global const int *a, global const int *b, global const uint *sums, global uint *results)
{
    int i = get_global_id(0);
    results[2 * i] = DOT_SIGNED(a[i], b[i], sums[i]);
    results[2 * i + 1] = DOT_UNSIGNED(a[i], b[i], sums[i]);
}
