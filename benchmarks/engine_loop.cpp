// The network of engine_network.py as one plain loop over time: what one would write by hand for this network alone.
// Dense float32 weights, one thread, every constant computed once.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace {
const int n_inputs = 784, n = N_NEURONS;
const float dt = 0.5e-3f;

float hazard[n_inputs], trace_pre[n_inputs], rate[n_inputs];
float v[n], excitatory[n], inhibitory[n], lateral[n], adaptation[n], trace_post[n];
int refractory[n];
std::vector<float> weights((size_t)n_inputs * n);
int input_spikes[n_inputs], spikes[n];
int64_t spike_count = 0, input_count = 0;
uint64_t state = 88172645463325252ULL;

float exponential() {  // interval of a Poisson process of rate 1
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return -std::log(((state >> 40) + 1) * 0x1.0p-24f);
}
}  // namespace

#define API extern "C" __attribute__((visibility("default")))

API float* loop_weights() { return weights.data(); }
API float* loop_rates() { return rate; }
API int64_t loop_spikes() { return spike_count; }
API int64_t loop_input_spikes() { return input_count; }

API void loop_begin() {
    for (int i = 0; i < n_inputs; i++) hazard[i] = exponential();
    for (int j = 0; j < n; j++) v[j] = -65e-3f;
}

API void loop_run(int steps) {
#if defined(__x86_64__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040);  // flush denormals, as the engine does
#endif
    const float decay_pre = std::exp(-dt / 20e-3f), decay_post = std::exp(-dt / 20e-3f);
    const float decay_e = std::exp(-dt / 1e-3f), decay_i = std::exp(-dt / 2e-3f), decay_lateral = std::exp(-dt / 2e-3f);
    const float mean_e = (1 - decay_e) / (dt / 1e-3f), mean_i = (1 - decay_i) / (dt / 2e-3f);
    const float rest = -65e-3f, reversal_i = -100e-3f, threshold = -52e-3f, tau = 100e-3f;
    const float potentiation = 0.005f, depression = 0.00525f;
    for (int step = 0; step < steps; step++) {
        int n_input_spikes = 0, n_spikes = 0;
        for (int i = 0; i < n_inputs; i++) {
            const float p = rate[i] * dt;
            hazard[i] -= p * (1 + 0.5f * p + p * p * (1.0f / 3));
            trace_pre[i] *= decay_pre;
        }
        for (int i = 0; i < n_inputs; i++)
            if (hazard[i] <= 0) input_spikes[n_input_spikes++] = i;
        for (int j = 0; j < n; j++) {
            const float e = mean_e * excitatory[j], g = mean_i * inhibitory[j] + lateral[j], total = 1 + e + g;
            const float target = (rest + g * reversal_i) / total;
            const float next = target + (v[j] - target) * std::exp(-dt / tau * total);
            v[j] = refractory[j] > 0 ? v[j] : next;
            refractory[j] -= refractory[j] > 0;
            excitatory[j] *= decay_e;
            inhibitory[j] *= decay_i;
            lateral[j] *= decay_lateral;
            trace_post[j] *= decay_post;
        }
        for (int j = 0; j < n; j++)
            if (v[j] >= threshold + adaptation[j] && refractory[j] == 0) spikes[n_spikes++] = j;
        for (int k = 0; k < n_input_spikes; k++) {
            float* __restrict row = &weights[(size_t)input_spikes[k] * n];
            for (int j = 0; j < n; j++) {
                excitatory[j] += row[j];
                row[j] = std::min(1.0f, std::max(0.0f, row[j] - depression * trace_post[j]));
            }
        }
        for (int k = 0; k < n_spikes; k++)
            for (int i = 0; i < n_inputs; i++) {
                float& w = weights[(size_t)i * n + spikes[k]];
                w = std::min(1.0f, std::max(0.0f, w + potentiation * trace_pre[i]));
            }
        if (n_spikes)
            for (int j = 0; j < n; j++) lateral[j] += 17.0f * n_spikes;
        for (int k = 0; k < n_spikes; k++) {
            const int j = spikes[k];
            v[j] = rest;
            adaptation[j] += 0.05e-3f;
            trace_post[j] += 1;
            lateral[j] -= 17.0f;
            refractory[j] = 9;
        }
        for (int k = 0; k < n_input_spikes; k++) {
            hazard[input_spikes[k]] = exponential();
            trace_pre[input_spikes[k]] += 1;
        }
        spike_count += n_spikes;
        input_count += n_input_spikes;
    }
#if defined(__x86_64__)
    _mm_setcsr(before);
#endif
}
