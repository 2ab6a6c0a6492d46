// Presentations that depend on nothing but what each of them writes: rows in, rows out.
#include "presenting.h"

API int64_t play(const Network* network, const Rows* writes, int64_t n_writes, const Rows* reads, int64_t n_reads,
                 const uint64_t* seeds, int64_t from, int64_t n, int64_t nanoseconds) {
    return walk(from, n, nanoseconds, [&](int64_t row) {
        network->begin();
        for (int64_t k = 0; k < n_writes; k++) writes[k].write(row);
        if (seeds) network->seed(seeds[row]);
        network->run();
        for (int64_t k = 0; k < n_reads; k++) reads[k].read(row);
        return true;
    });
}
