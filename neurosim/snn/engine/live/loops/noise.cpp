// The random numbers of many presentations at once; see neurosim.coding.noise.
#include "presenting.h"

API int64_t uniform_rows(const uint64_t* words, int64_t purpose, const uint64_t* keys, int64_t n_rows, int64_t n,
                         float* out) {
    draw_rows(words, (uint64_t)purpose, keys, n_rows, n, out);
    return 0;
}
