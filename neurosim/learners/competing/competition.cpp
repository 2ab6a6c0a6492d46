// Trials of competing neurons, as stdp.py, stdp_supervised.py and rstdp.py beside this file describe them one by one in
// Python. What happens between presentations is done here: thresholds, homeostasis, modulated weights. Single
// precision wherever NumPy's is; sums over weights in double precision.
#include "presenting.h"

struct Competition {
    Network network;
    int64_t n_inputs, n_neurons, n_choosers;
    // The network's variables; null where this one has none of the kind.
    float *weights, *thresholds, *n_spikes, *learning_rate, *transmission_scale, *trace_scale, *veto, *n_input_spikes;
    float *eligibility, *chooser_v, *chooser_spikes, *choice_rate, *modulator;
    double trace_share, w_min, w_max;
    int64_t modulate_choices;
    // The learner's homeostasis.
    double* level;
    float *biases, *corrections;
    double conscience, spikes_per_sample;
};

// What presentations begin with; n_spikes is null where chance decides how often the inputs fire, seeds where it does not.
struct Onsets {
    const Rows* writes;
    int64_t n_writes;
    const double* scales;
    const int64_t* n_spikes;
    const uint64_t* seeds;
};

struct Tally {
    int64_t presentations, input_spikes, spikes, silent, written, choices, choosers;
};

static const double LEVEL_STEP = 0.02, SILENCE_LOWERS = 0.02, VETO = 1e6;

static double total(const float* values, int64_t n) {
    double sum = 0;
    for (int64_t k = 0; k < n; k++) sum += values[k];
    return sum;
}

static void set_thresholds(const Competition& c, double fading) {
    const float level = (float)*c.level, share = (float)fading;
    for (int64_t k = 0; k < c.n_neurons; k++)
        c.thresholds[k] = level * ((1.0f + share * c.biases[k]) + c.corrections[k]);
}

// Shows one sample; only neurons of class `among` may spike, all where it is negative.
static void show(const Competition& c, const Onsets& onsets, int64_t row, double learning_rate, Tally& tally,
                 const int64_t* unit_classes = nullptr, int64_t among = -1, const float* head_starts = nullptr) {
    c.network.begin();
    *c.learning_rate = (float)learning_rate;
    if (c.trace_scale) *c.trace_scale = (float)(onsets.scales[row] * c.trace_share);
    *c.transmission_scale = (float)onsets.scales[row];
    for (int64_t k = 0; k < onsets.n_writes; k++) onsets.writes[k].write(row);
    if (onsets.seeds) c.network.seed(onsets.seeds[row]);
    if (c.veto)
        for (int64_t k = 0; k < c.n_neurons; k++)
            c.veto[k] = (float)(among >= 0 && unit_classes[k] != among ? VETO : 0.0);
    if (head_starts) std::copy_n(head_starts, c.n_choosers, c.chooser_v);
    c.network.run();
    tally.presentations++;
    tally.input_spikes += onsets.n_spikes ? onsets.n_spikes[row] : (int64_t)total(c.n_input_spikes, c.n_inputs);
}

// Raises the biases of those that spiked and lowers those of all others that competed.
static void share_out(const Competition& c, double strength, const int64_t* unit_classes = nullptr, int64_t among = -1) {
    int64_t n = 0, winners = 0;
    for (int64_t k = 0; k < c.n_neurons; k++) {
        if (among >= 0 && unit_classes[k] != among) continue;
        n++;
        winners += c.n_spikes[k] > 0;
    }
    const float step = (float)(strength * c.conscience), mean = (float)((double)winners / (double)n);
    for (int64_t k = 0; k < c.n_neurons; k++)
        if (among < 0 || unit_classes[k] == among) c.biases[k] += step * ((c.n_spikes[k] > 0 ? 1.0f : 0.0f) - mean);
}

static void settle(const Competition& c, double n_spikes, double pace) {
    if (std::isnan(c.spikes_per_sample)) return;
    *c.level *= 1 + LEVEL_STEP * pace * (std::min(n_spikes, 2.0) - c.spikes_per_sample);
}

static double length_of_column(const float* weights, int64_t column, int64_t n_rows, int64_t n_columns) {
    double sum = 0;
    for (int64_t row = 0; row < n_rows; row++) {
        const double w = weights[row * n_columns + column];
        sum += w * w;
    }
    return std::sqrt(sum);
}

// Turns the winners' eligibilities into weight, brings their weights to unit length; gives how many were written.
static int64_t modulate(const Competition& c, double by) {
    const float step = (float)by, low = (float)c.w_min, high = (float)c.w_max;
    int64_t n_winners = 0;
    for (int64_t k = 0; k < c.n_neurons; k++) {
        if (c.n_spikes[k] == 0) continue;
        n_winners++;
        if (step != 0) {
            for (int64_t at = k; at < c.n_inputs * c.n_neurons; at += c.n_neurons)
                c.weights[at] = std::min(std::max(c.weights[at] + step * c.eligibility[at], low), high);
            const float length = (float)length_of_column(c.weights, k, c.n_inputs, c.n_neurons);
            const float scale = 1.0f / (length > 0 ? length : 1.0f);
            for (int64_t at = k; at < c.n_inputs * c.n_neurons; at += c.n_neurons) c.weights[at] *= scale;
        }
        for (int64_t at = k; at < c.n_inputs * c.n_neurons; at += c.n_neurons) c.eligibility[at] = 0;
    }
    return step != 0 ? n_winners * c.n_inputs : 0;
}

// -- stdp ----------------------------------------------------------------------------------------------------------

struct Competing {
    const double *learning_rates, *fading, *slowing;
    const float* threshold_factors;  // of each presentation and neuron, or null
    float* lengths;
    int64_t* n_wins;
    double more_intense;
    int64_t n_attempts;
};

static void scale_thresholds(const Competition& c, const Competing& trials, int64_t row, double intensity) {
    for (int64_t k = 0; k < c.n_neurons; k++) {
        float threshold = c.thresholds[k] * trials.lengths[k];
        if (trials.threshold_factors) threshold *= trials.threshold_factors[row * c.n_neurons + k];
        c.thresholds[k] = threshold / (float)intensity;
    }
}

static void adapt(const Competition& c, const Competing& trials, int64_t row, double first, double last) {
    for (int64_t k = 0; k < c.n_neurons; k++) {
        if (c.n_spikes[k] == 0) continue;
        trials.lengths[k] = (float)length_of_column(c.weights, k, c.n_inputs, c.n_neurons);
        trials.n_wins[k] += (int64_t)c.n_spikes[k];
    }
    if (last > 0)
        share_out(c, 1.0);
    else
        for (int64_t k = 0; k < c.n_neurons; k++) c.biases[k] -= (float)SILENCE_LOWERS;
    settle(c, first, trials.slowing[row]);
}

API int64_t compete(const Competition* competition, const Onsets* onsets, const Competing* trials, Tally* tally,
                    int64_t from, int64_t n, int64_t nanoseconds) {
    const Competition& c = *competition;
    return walk(from, n, nanoseconds, [&](int64_t row) {
        double first = 0, last = 0;
        for (int64_t attempt = 0; attempt < trials->n_attempts && !last; attempt++) {
            set_thresholds(c, trials->fading[row]);
            scale_thresholds(c, *trials, row, 1.0 + trials->more_intense * (double)attempt);
            show(c, *onsets, row, trials->learning_rates[row], *tally);
            last = total(c.n_spikes, c.n_neurons);
            if (!attempt) first = last;
        }
        adapt(c, *trials, row, first, last);
        tally->spikes += (int64_t)last;
        tally->silent += last == 0;
        return true;
    });
}

// -- stdp-supervised -----------------------------------------------------------------------------------------------

struct Lessons {
    const int64_t *codes, *unit_classes;
    const uint8_t* free;
    const double *rates, *fading, *paces, *threshold_steps;
    double* votes;  // room for one number a class
    int64_t n_classes, retry;
};

static double show_lesson(const Competition& c, const Onsets& onsets, const Lessons& lessons, int64_t row,
                          int64_t among, double fading, Tally& tally) {
    set_thresholds(c, fading);
    show(c, onsets, row, 1.0, tally, lessons.unit_classes, among);
    const double n_spikes = total(c.n_spikes, c.n_neurons);
    tally.spikes += (int64_t)n_spikes;
    tally.silent += n_spikes == 0;
    return n_spikes;
}

// Lets the class's neurons compete among themselves; the winner moves towards the sample.
static void teach(const Competition& c, const Onsets& onsets, const Lessons& lessons, int64_t row, Tally& tally) {
    const int64_t code = lessons.codes[row];
    const double n_spikes = show_lesson(c, onsets, lessons, row, code, lessons.fading[row], tally);
    tally.written += modulate(c, lessons.rates[row]);
    share_out(c, 1.0, lessons.unit_classes, code);
    settle(c, n_spikes, 1.0);
}

// Gives the class whose neurons spiked most, the first of equals; -1 if none did.
static int64_t answer(const Competition& c, const Lessons& lessons) {
    double *first = lessons.votes, *last = lessons.votes + lessons.n_classes;
    std::fill(first, last, 0.0);
    for (int64_t k = 0; k < c.n_neurons; k++) first[lessons.unit_classes[k]] += c.n_spikes[k];
    double* most = std::max_element(first, last);
    return *most > 0 ? most - first : -1;
}

static void correct_thresholds(const Competition& c, double step) {
    for (int64_t k = 0; k < c.n_neurons; k++)
        if (c.n_spikes[k] > 0) c.corrections[k] += (float)step;
}

// Lets all compete; the winner moves towards the sample if it is of the right class, else away from it.
static void correct(const Competition& c, const Onsets& onsets, const Lessons& lessons, int64_t row, Tally& tally) {
    const int64_t code = lessons.codes[row];
    const double rate = lessons.rates[row];
    const double n_spikes = show_lesson(c, onsets, lessons, row, -1, 0.0, tally);
    const bool right = answer(c, lessons) == code;
    tally.written += modulate(c, right ? rate : -rate);
    settle(c, n_spikes, lessons.paces[row]);
    if (right) return;
    correct_thresholds(c, lessons.threshold_steps[row]);
    if (!lessons.retry) return;
    show_lesson(c, onsets, lessons, row, code, 0.0, tally);
    tally.written += modulate(c, rate);
    correct_thresholds(c, -lessons.threshold_steps[row]);
}

API int64_t learn_lessons(const Competition* competition, const Onsets* onsets, const Lessons* lessons, Tally* tally,
                          int64_t from, int64_t n, int64_t nanoseconds) {
    return walk(from, n, nanoseconds, [&](int64_t row) {
        (lessons->free[row] ? correct : teach)(*competition, *onsets, *lessons, row, *tally);
        return true;
    });
}

// -- rstdp ---------------------------------------------------------------------------------------------------------

struct Rewarded {
    const double *progress, *rates;
    const float* head_starts;  // of each presentation and chooser
    void (*judge)(int64_t row, int64_t action);
    double *reward, *expected_reward;  // where the judge writes, and what follows it
    double choice_rate, baseline_rate, first_rate, bias, final_bias, forgetting;
};

// Lets all compete for one sample; gives the number of the chooser that spiked most, -1 where none did.
static int64_t choose(const Competition& c, const Onsets& onsets, int64_t row, const float* head_starts, Tally& tally) {
    set_thresholds(c, 1.0);
    show(c, onsets, row, 1.0, tally, nullptr, -1, head_starts);
    tally.spikes += (int64_t)total(c.n_spikes, c.n_neurons);
    int64_t chosen = -1;
    for (int64_t k = 0; k < c.n_choosers; k++) {
        tally.choices += (int64_t)c.chooser_spikes[k];
        tally.choosers += c.chooser_spikes[k] > 0;
        if (c.chooser_spikes[k] > (chosen < 0 ? 0 : c.chooser_spikes[chosen])) chosen = k;
    }
    tally.silent += chosen < 0;
    return chosen;
}

// Lets a reward meet the eligibilities that the last choice left.
static void hear(const Competition& c, const Rewarded& trials, int64_t row, double reward, Tally& tally) {
    const double progress = trials.progress[row], pace = 1 - progress, rate = trials.rates[row];
    const double modulator = reward - *trials.expected_reward;
    *trials.expected_reward += trials.baseline_rate * modulator;
    *c.choice_rate = (float)trials.choice_rate;
    *c.modulator = (float)modulator;
    if (c.network.call((int)c.modulate_choices)) throw StepFailed();
    tally.written += modulate(c, rate * (trials.bias * pace + trials.final_bias * progress + progress * modulator));
    share_out(c, pace);
    const float mean = (float)(total(c.biases, c.n_neurons) / (double)c.n_neurons);
    const float share = (float)(trials.forgetting * progress);
    for (int64_t k = 0; k < c.n_neurons; k++) c.biases[k] += share * (mean - c.biases[k]);
    settle(c, total(c.n_spikes, c.n_neurons), rate / trials.first_rate);
}

// A judge that writes no number has raised an error in Python: the loop stops there.
API int64_t attend(const Competition* competition, const Onsets* onsets, const Rewarded* trials, Tally* tally,
                   int64_t from, int64_t n, int64_t nanoseconds) {
    return walk(from, n, nanoseconds, [&](int64_t row) {
        const float* head_starts = trials->head_starts + row * competition->n_choosers;
        const int64_t action = choose(*competition, *onsets, row, head_starts, *tally);
        *trials->reward = NAN;
        trials->judge(row, action);
        if (std::isnan(*trials->reward)) return false;
        hear(*competition, *trials, row, *trials->reward, *tally);
        return true;
    });
}

// The sizes of what is handed over, so that a member that one side alone has is found before it is read.
API int64_t size_of(int64_t which) {
    const int64_t sizes[] = {sizeof(Competition), sizeof(Onsets), sizeof(Tally), sizeof(Competing), sizeof(Lessons),
                             sizeof(Rewarded)};
    return sizes[which];
}
