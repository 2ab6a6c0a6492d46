// What compiled loops over presentations share: how they fill and copy a network's arrays, and drive its steps.
#ifndef NEUROSIM_PRESENTING_H
#define NEUROSIM_PRESENTING_H
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#define API extern "C" __attribute__((visibility("default")))

// A variable that begins with one value for all its elements.
struct Fill {
    char* view;
    int64_t n, bytes_each;
    double value;

    void apply() const {
        if (bytes_each == 4)
            std::fill_n((float*)view, n, (float)value);
        else
            std::fill_n((double*)view, n, value);
    }
};

// A variable beside a matrix with one row for each presentation.
struct Rows {
    char *view, *rows;
    int64_t bytes;

    void write(int64_t row) const { std::memcpy(view, rows + row * bytes, (size_t)bytes); }
    void read(int64_t row) const { std::memcpy(rows + row * bytes, view, (size_t)bytes); }
};

// A part of a presentation: what is set at its beginning, and how long it lasts.
struct Part {
    const Fill* fills;
    int64_t n_fills, n_steps;
};

// Thrown where a step failed; the network itself keeps the message.
struct StepFailed {};

// A live network, and what all its presentations have in common.
struct Network {
    int64_t (*steps)(int64_t n, int64_t budget);
    void (*seed)(uint64_t);
    int (*call)(int);
    const Part* parts;
    int64_t n_parts;

    void begin() const {
        for (int64_t k = 0; k < parts[0].n_fills; k++) parts[0].fills[k].apply();
    }
    // Runs all parts, after begin() and whatever was written since.
    void run() const {
        for (int64_t part = 0; part < n_parts; part++) {
            if (part)
                for (int64_t k = 0; k < parts[part].n_fills; k++) parts[part].fills[k].apply();
            for (int64_t left = parts[part].n_steps; left > 0;) {
                const int64_t done = steps(left, INT64_MAX);
                if (done < 0) throw StepFailed();
                left -= done;
            }
        }
    }
};

// Philox 4x64-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405) under a key and a counter of which two words are
// given: the same numbers in [0, 1), in single precision, as neurosim.coding.noise draws with NumPy.
class Noise {
    uint64_t key[2], counter[4], block[4];
    int taken = 8;

    static uint64_t product(uint64_t a, uint64_t b, uint64_t& high) {
        const unsigned __int128 whole = (unsigned __int128)a * b;
        high = (uint64_t)(whole >> 64);
        return (uint64_t)whole;
    }
    void next_block() {
        counter[0]++;  // of a presentation's numbers nobody draws 2^64
        std::copy_n(counter, 4, block);
        uint64_t k0 = key[0], k1 = key[1];
        for (int round = 0; round < 10; round++) {
            uint64_t high0, high1;
            const uint64_t low0 = product(0xD2E7470EE14C6C93ULL, block[0], high0);
            const uint64_t low1 = product(0xCA5A826395121157ULL, block[2], high1);
            const uint64_t next[4] = {high1 ^ block[1] ^ k0, low1, high0 ^ block[3] ^ k1, low0};
            std::copy_n(next, 4, block);
            k0 += 0x9E3779B97F4A7C15ULL;
            k1 += 0xBB67AE8584CAA73BULL;
        }
        taken = 0;
    }

public:
    Noise(const uint64_t* words, uint64_t presentation, uint64_t purpose)
        : key{words[0], words[1]}, counter{0, 0, presentation, purpose} {}
    float uniform() {
        if (taken == 8) next_block();
        const uint32_t bits = (uint32_t)(block[taken / 2] >> (32 * (taken % 2)));
        taken++;
        return (float)(bits >> 8) * (1.0f / 16777216.0f);
    }
};

// Draws n numbers for each presentation, in rows.
inline void draw_rows(const uint64_t* words, uint64_t purpose, const uint64_t* keys, int64_t n_rows, int64_t n,
                      float* out) {
    for (int64_t row = 0; row < n_rows; row++) {
        Noise noise(words, keys[row], purpose);
        for (int64_t k = 0; k < n; k++) out[row * n + k] = noise.uniform();
    }
}

// Between two presentations a loop goes back to Python when its time is up, so that an interrupt is heard.
class Budget {
    typedef std::chrono::steady_clock timer;
    timer::time_point end;

public:
    explicit Budget(int64_t nanoseconds) : end(timer::now() + std::chrono::nanoseconds(nanoseconds)) {}
    bool is_spent() const { return timer::now() >= end; }
};

// Makes presentations from one on, as long as there is time and trial(row) says to go on; gives the number of the first
// one that was not made, or -1 where a step failed.
template <typename Trial> inline int64_t walk(int64_t from, int64_t n, int64_t nanoseconds, Trial trial) {
    const Budget budget(nanoseconds);
    try {
        for (int64_t row = from; row < n; row++)
            if ((row > from && budget.is_spent()) || !trial(row)) return row;
        return n;
    } catch (const StepFailed&) {
        return -1;
    }
}
#endif
