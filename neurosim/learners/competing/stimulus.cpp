// What stimulus.py writes into regular inputs for many presentations, with the same bits.
#include "presenting.h"

// Gives rates, phases and numbers of spikes of regular inputs.
API int64_t regular_rows(const uint64_t* words, int64_t purpose, const uint64_t* keys, int64_t n_rows, int64_t n,
                         const float* encoded, const double* gains_hz, double highest_rate_hz, double duration_s,
                         float* rates_hz, float* phases, int64_t* n_spikes) {
    const float highest = (float)highest_rate_hz, seconds = (float)duration_s;
    draw_rows(words, (uint64_t)purpose, keys, n_rows, n, phases);
    for (int64_t row = 0; row < n_rows; row++) {
        const float gain = (float)gains_hz[row];
        double total = 0;
        for (int64_t at = row * n; at < (row + 1) * n; at++) {
            rates_hz[at] = std::min(encoded[at] * gain, highest);
            total += std::floor(rates_hz[at] * seconds + phases[at]);
        }
        n_spikes[row] = (int64_t)total;
    }
    return 0;
}
