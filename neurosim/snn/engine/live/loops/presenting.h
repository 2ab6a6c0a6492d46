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
#define GUARDED(...) \
    try { __VA_ARGS__ } catch (const StepFailed&) { return -1; }

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

// Between two presentations a loop goes back to Python when its time is up, so that an interrupt is heard.
class Budget {
    typedef std::chrono::steady_clock timer;
    timer::time_point end;

public:
    explicit Budget(int64_t nanoseconds) : end(timer::now() + std::chrono::nanoseconds(nanoseconds)) {}
    bool is_spent() const { return timer::now() >= end; }
};
#endif
