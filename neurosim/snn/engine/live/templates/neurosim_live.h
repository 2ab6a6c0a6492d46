// What every live library shares: random numbers, the queues of pathways, clocks and recorders.
#ifndef NEUROSIM_LIVE_H
#define NEUROSIM_LIVE_H
#include <algorithm>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

template <typename T> inline int int_(T value) { return (int)value; }
template <> inline int int_(bool value) { return value ? 1 : 0; }

// What Brian2's expressions use beside the standard library: %, // and ** as in Python.
template <typename A, typename B> using neurosim_common = typename std::common_type<A, B>::type;
template <typename A, typename B> inline neurosim_common<A, B> _brian_mod(A x, B y) {
    typedef neurosim_common<A, B> T;
    if constexpr (std::is_integral<T>::value) {
        const T r = (T)x % (T)y;
        return r + (((r != 0) & ((r ^ (T)y) < 0)) ? (T)y : 0);
    } else {
        return (T)x - (T)y * std::floor((T)x / (T)y);
    }
}
template <typename A, typename B> inline neurosim_common<A, B> _brian_floordiv(A x, B y) {
    typedef neurosim_common<A, B> T;
    if constexpr (std::is_integral<T>::value) {
        const T q = (T)x / (T)y, r = (T)x - q * (T)y;
        return q - ((r != 0) & ((r ^ (T)y) < 0));
    } else {
        return std::floor((T)x / (T)y);
    }
}
template <typename A, typename B> inline auto _brian_pow(A x, B y) {
    if constexpr (std::is_same<A, float>::value && (std::is_integral<B>::value || std::is_same<B, float>::value))
        return std::pow(x, (float)y);
    else
        return std::pow((double)x, (double)y);
}

namespace brian {

// xoshiro256++ (Blackman & Vigna 2021, doi:10.1145/3460772), seeded by splitmix64. All of its state lies in the object,
// so that a snapshot is a copy of its bytes.
class RandomGenerator {
    uint64_t state[4];
    double stored_gauss;
    uint64_t has_stored_gauss;
    static uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

public:
    RandomGenerator() { seed(0); }
    void seed(unsigned long value) {
        uint64_t z = value;
        for (int k = 0; k < 4; k++) {
            z += 0x9e3779b97f4a7c15ULL;
            uint64_t y = z;
            y = (y ^ (y >> 30)) * 0xbf58476d1ce4e5b9ULL;
            y = (y ^ (y >> 27)) * 0x94d049bb133111ebULL;
            state[k] = y ^ (y >> 31);
        }
        stored_gauss = 0;
        has_stored_gauss = 0;
    }
    uint64_t bits() {
        const uint64_t result = rotate(state[0] + state[3], 23) + state[0];
        const uint64_t t = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= t;
        state[3] = rotate(state[3], 45);
        return result;
    }
    double rand() { return (double)(int64_t)(bits() >> 11) * 0x1.0p-53; }
    double randn() {
        if (has_stored_gauss) {
            has_stored_gauss = 0;
            return stored_gauss;
        }
        double x, y, r;
        do {
            x = 2.0 * rand() - 1.0;
            y = 2.0 * rand() - 1.0;
            r = x * x + y * y;
        } while (r >= 1.0 || r == 0.0);
        const double f = std::sqrt(-2.0 * std::log(r) / r);
        stored_gauss = f * x;
        has_stored_gauss = 1;
        return f * y;
    }
};

struct Events {
    const int32_t* index;
    int32_t count;
};

// The spikes of one pathway on their way. Where all its synapses have the same delay it keeps neurons that spiked (or
// nothing, at zero delay), else it keeps synapses.
class Pathway {
    std::vector<std::vector<int32_t>> slots;
    std::vector<int32_t> steps;  // of each synapse, only if they differ
    int32_t offset = 0, delay = 0, start, stop;
    Events now{nullptr, 0};

    void index(const std::vector<int32_t>& sources) {
        const int32_t n = stop - start;
        first.assign((size_t)n + 1, 0);
        for (int32_t source : sources) first[source - start + 1]++;
        for (int32_t k = 0; k < n; k++) first[k + 1] += first[k];
        list.clear();
        if (std::is_sorted(sources.begin(), sources.end())) return;
        list.resize(sources.size());
        std::vector<int32_t> next(first.begin(), first.end() - 1);
        for (size_t synapse = 0; synapse < sources.size(); synapse++)
            list[next[sources[synapse] - start]++] = (int32_t)synapse;
    }
    void push_synapses(const int32_t* spikes, int32_t count) {
        slots[offset].clear();
        offset = (offset + 1) % (int32_t)slots.size();
        for (int32_t k = 0; k < count; k++)
            for (int32_t m = first[spikes[k] - start]; m < first[spikes[k] - start + 1]; m++) {
                const int32_t synapse = list.empty() ? m : list[m];
                slots[(offset + steps[synapse]) % slots.size()].push_back(synapse);
            }
        now = Events{slots[offset].data(), (int32_t)slots[offset].size()};
    }

public:
    std::vector<int32_t> first, list;  // the synapses of source s: list[first[s]] ... (list is empty when it counts up)

    Pathway(int32_t start, int32_t stop) : start(start), stop(stop) {}

    // A dense pathway has no stored sources; it makes them up in the rare case that its delays differ.
    template <typename T>
    void prepare(const std::vector<T>& delays, const std::vector<int32_t>* sources, int32_t n_targets, bool postsynaptic,
                 double dt) {
        int32_t longest = 0, shortest = INT_MAX;
        for (T d : delays) {
            if (!(d >= 0)) throw std::runtime_error("a delay is negative or not a number");
            const int32_t k = (int32_t)(d / dt + 0.5);
            longest = std::max(longest, k);
            shortest = std::min(shortest, k);
        }
        const bool differ = !delays.empty() && longest != shortest;
        steps.clear();
        if (differ)
            for (T d : delays) steps.push_back((int32_t)(d / dt + 0.5));
        delay = longest;
        offset = 0;
        slots.assign((!differ && longest == 0) ? 0 : (size_t)longest + 1, {});
        if (sources) {
            index(*sources);
        } else if (differ) {
            std::vector<int32_t> made_up(delays.size());
            for (size_t k = 0; k < made_up.size(); k++) made_up[k] = (int32_t)(postsynaptic ? k % n_targets : k / n_targets);
            index(made_up);
        }
    }
    void push(const int32_t* spikes, int32_t count) {
        while (count > 0 && spikes[count - 1] >= stop) count--;
        while (count > 0 && spikes[0] < start) spikes++, count--;
        if (!steps.empty()) return push_synapses(spikes, count);
        if (delay == 0) {
            now = Events{spikes, count};
            return;
        }
        slots[offset].assign(spikes, spikes + count);
        offset = (offset + 1) % (int32_t)slots.size();
        now = Events{slots[offset].data(), (int32_t)slots[offset].size()};
    }
    bool keeps_synapses() const { return !steps.empty(); }
    Events events() const { return now; }
    int32_t begins_at() const { return start; }
    const int32_t* order() const { return list.empty() ? nullptr : list.data(); }

    void save(std::vector<int32_t>& out) const {
        out.push_back(offset);
        out.push_back((int32_t)slots.size());
        for (const auto& slot : slots) {
            out.push_back((int32_t)slot.size());
            out.insert(out.end(), slot.begin(), slot.end());
        }
    }
    const int32_t* load(const int32_t* in, const int32_t* end) {
        if (end - in < 2 || in[1] != (int32_t)slots.size()) throw std::runtime_error("the delays of the snapshot differ");
        offset = in[0];
        in += 2;
        for (auto& slot : slots) {
            const int32_t n = *in++;
            if (n < 0 || n > end - in) throw std::runtime_error("the snapshot's spikes in flight are cut off");
            slot.assign(in, in + n);
            in += n;
        }
        return in;
    }
};

// Bit k says whether byte k, 0 or 1, is 1.
inline uint64_t bits_of_bytes(const char* bytes) {
    uint64_t bits = 0;
    for (int k = 0; k < 8; k++) {
        uint64_t eight;
        std::memcpy(&eight, bytes + 8 * k, 8);
        // Each byte's one is moved into the highest byte, to the place of its number.
        bits |= ((eight * 0x0102040810204080ULL) >> 56) << (8 * k);
    }
    return bits;
}

// Eight and four numbers that need not be aligned; GCC and clang add and multiply them as such.
typedef float Eight __attribute__((vector_size(32), aligned(4)));
typedef float Four __attribute__((vector_size(16), aligned(4)));

// So many numbers side by side, as vectors of eight and of four and one by one.
template <int eight, int four, int one> struct Stretch {
    static constexpr int n_eight = eight, n_four = four, n_one = one;
};

// Adds term(weight) to targets, for the rows of some sources one after the other. Meanwhile the sums of a stretch of columns
// stay in registers.
template <int n_columns, typename Shape, typename Term>
inline void add_rows(Shape, float* targets, const float* weights, const int32_t* sources, int32_t n_sources, int32_t first,
                     Term term) {
    constexpr int n_eight = Shape::n_eight, n_four = Shape::n_four, n_one = Shape::n_one;
    constexpr int after_eight = n_eight * 8, after_four = after_eight + n_four * 4;
    Eight eights[n_eight + 1];
    Four fours[n_four + 1];
    float ones[n_one + 1];
#pragma GCC unroll 16
    for (int k = 0; k < n_eight; k++) eights[k] = *(const Eight*)(targets + 8 * k);
#pragma GCC unroll 16
    for (int k = 0; k < n_four; k++) fours[k] = *(const Four*)(targets + after_eight + 4 * k);
#pragma GCC unroll 16
    for (int k = 0; k < n_one; k++) ones[k] = targets[after_four + k];
    for (int32_t event = 0; event < n_sources; event++) {
        const float* row = weights + (size_t)(sources[event] - first) * n_columns;
#pragma GCC unroll 16
        for (int k = 0; k < n_eight; k++) eights[k] += term(*(const Eight*)(row + 8 * k));
#pragma GCC unroll 16
        for (int k = 0; k < n_four; k++) fours[k] += term(*(const Four*)(row + after_eight + 4 * k));
#pragma GCC unroll 16
        for (int k = 0; k < n_one; k++) ones[k] += term(row[after_four + k]);
    }
#pragma GCC unroll 16
    for (int k = 0; k < n_eight; k++) *(Eight*)(targets + 8 * k) = eights[k];
#pragma GCC unroll 16
    for (int k = 0; k < n_four; k++) *(Four*)(targets + after_eight + 4 * k) = fours[k];
#pragma GCC unroll 16
    for (int k = 0; k < n_one; k++) targets[after_four + k] = ones[k];
}

// Calls work(stretch, first column) for stretches of equal width, and a last one, that cover all columns.
template <int n_columns, typename Work> inline void in_stretches(Work work) {
    constexpr int n = n_columns < 8 ? 1 : (n_columns / 8 + 11) / 12, n_eight = n_columns / 8 / n;
    constexpr int begin = (n - 1) * n_eight * 8, last = n_columns - begin;
    for (int k = 0; k < n - 1; k++) work(Stretch<n_eight, 0, 0>(), k * n_eight * 8);
    work(Stretch<last / 8, last % 8 / 4, last % 4>(), begin);
}

// Finds the events of each block of sources; those of block b are begins[b] up to begins[b + 1].
inline void find_blocks(Events events, int32_t n_each, int32_t n_blocks, int32_t* begins) {
    int32_t event = 0;
    for (int32_t block = 0; block < n_blocks; block++) {
        begins[block] = event;
        while (event < events.count && events.index[event] < (block + 1) * n_each) event++;
    }
    begins[n_blocks] = event;
}

struct Given {  // synapses whose sources and targets come from Python
    const int32_t* sources;
    const int32_t* targets;
    int64_t n;
};

struct LiveClock {
    int64_t* timestep;
    double* t;
    double* dt;
    int64_t every;  // steps of the fastest clock
};

struct LiveObject {
    void (*run)();
    int clock;
    bool enabled;
};

struct SpikeRecorder {
    const int32_t* spikespace;
    int32_t n;
    std::vector<int64_t> steps;
    std::vector<int32_t> indices;
};

struct Recorder {
    const void* (*data)();
    size_t bytes;
    int64_t every;
    std::vector<int64_t> steps;
    std::vector<char> values;
};

// Denormal numbers cost a hundred times as much as others and carry nothing: flushed to zero during a run, on this thread.
#if defined(__x86_64__)
#include <xmmintrin.h>
struct FlushToZero {
    unsigned before;
    FlushToZero() : before(_mm_getcsr()) { _mm_setcsr(before | 0x8040); }
    ~FlushToZero() { _mm_setcsr(before); }
};
#elif defined(__aarch64__)
struct FlushToZero {
    uint64_t before;
    FlushToZero() {
        __asm__ volatile("mrs %0, fpcr" : "=r"(before));
        const uint64_t flushed = before | (1ULL << 24);
        __asm__ volatile("msr fpcr, %0" : : "r"(flushed));
    }
    ~FlushToZero() { __asm__ volatile("msr fpcr, %0" : : "r"(before)); }
};
#else
struct FlushToZero {};
#endif

}  // namespace brian
using namespace std;
#endif
