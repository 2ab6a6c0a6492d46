// What neurosim.snn.homeostasis.normalise_incoming does to a matrix in single precision, to the bit, in two passes.
#include "presenting.h"

API int64_t normalise_columns(float* weights, int64_t n_rows, int64_t n_columns, double wanted, float* room) {
    std::fill_n(room, n_columns, 0.0f);
    for (int64_t row = 0; row < n_rows; row++)
        for (int64_t column = 0; column < n_columns; column++)
            room[column] += std::fabs(weights[row * n_columns + column]);
    for (int64_t column = 0; column < n_columns; column++)
        room[column] = room[column] > 0 ? (float)(wanted / (double)room[column]) : 1.0f;
    for (int64_t row = 0; row < n_rows; row++)
        for (int64_t column = 0; column < n_columns; column++) weights[row * n_columns + column] *= room[column];
    return 0;
}
