{% macro h_file() %}
#ifndef NEUROSIM_OBJECTS_H
#define NEUROSIM_OBJECTS_H
#include "neurosim_live.h"
{% if matrices %}
#include "brianlib/dynamic_array.h"
{% endif %}
namespace brian {
extern RandomGenerator _random_generators[1];
extern Given given[{{n_given}} ? {{n_given}} : 1];
{% for array in arrays %}
{% if array.kind == 'fixed' %}
extern {{array.ctype}} {{array.name}}[{{array.n}} ? {{array.n}} : 1];
constexpr int _num_{{array.name}} = {{array.n}};
{% elif array.kind == 'dynamic' %}
extern std::vector<{{array.ctype}}> {{array.dynamic}};
{% else %}
extern DynamicArray2D<{{array.ctype}}> {{array.dynamic}};
{% endif %}
{% endfor %}
{% for static in statics %}
extern {{static.ctype}} {{static.name}}[{{static.n}}];
constexpr int _num_{{static.name}} = {{static.n}};
{% endfor %}
{% for pathway in pathways %}
extern Pathway {{pathway.name}};
{% endfor %}
{% for name in dense %}
constexpr bool _keeps_indices_{{name}} = {{ 'true' if name in kept else 'false' }};
{% endfor %}
}
{% for name in functions %}
namespace code_{{name}} { void {{name}}(); }
{% endfor %}
#endif
{% endmacro %}

{% macro cpp_file() %}
#include "objects.h"
#include <chrono>
#include <iostream>
#include <sstream>

namespace brian {
RandomGenerator _random_generators[1];
Given given[{{n_given}} ? {{n_given}} : 1];
{% for array in arrays %}
{% if array.kind == 'fixed' %}
alignas(64) {{array.ctype}} {{array.name}}[{{array.n}} ? {{array.n}} : 1];
{% elif array.kind == 'dynamic' %}
std::vector<{{array.ctype}}> {{array.dynamic}};
{% else %}
DynamicArray2D<{{array.ctype}}> {{array.dynamic}};
{% endif %}
{% endfor %}
{% for static in statics %}
alignas(64) {{static.ctype}} {{static.name}}[{{static.n}}];
{% endfor %}
{% for pathway in pathways %}
Pathway {{pathway.name}}({{pathway.start}}, {{pathway.stop}});
{% endfor %}

std::ostringstream message;
static std::string failure;
static int64_t step = 0;
static std::vector<LiveClock> clocks;
static std::vector<LiveObject> objects;
static std::vector<SpikeRecorder> spike_recorders;
static std::vector<Recorder> recorders;

static void measure_clocks() {
    double fastest = clocks[0].dt[0];
    for (const LiveClock& clock : clocks) fastest = std::min(fastest, clock.dt[0]);
    for (LiveClock& clock : clocks) {
        clock.every = (int64_t)(clock.dt[0] / fastest + 0.5);
        if (std::fabs(clock.every * fastest - clock.dt[0]) > 1e-9 * clock.dt[0])
            throw std::runtime_error("every clock's dt has to be a whole multiple of the shortest one");
    }
}

static void record() {
    for (SpikeRecorder& recorder : spike_recorders) {
        const int32_t count = recorder.spikespace[recorder.n];
        recorder.indices.insert(recorder.indices.end(), recorder.spikespace, recorder.spikespace + count);
        recorder.steps.insert(recorder.steps.end(), (size_t)count, step);
    }
    for (Recorder& recorder : recorders) {
        if ((step + 1) % recorder.every) continue;
        const char* data = (const char*)recorder.data();
        recorder.values.insert(recorder.values.end(), data, data + recorder.bytes);
        recorder.steps.push_back(step);
    }
}

static void tick() {
    step++;
    for (LiveClock& clock : clocks) {
        if (step % clock.every) continue;
        clock.timestep[0] = step / clock.every;
        clock.t[0] = clock.timestep[0] * clock.dt[0];
    }
}

static void one_step() {
    for (const LiveObject& object : objects)
        if (object.enabled && step % clocks[object.clock].every == 0) object.run();
    if (!spike_recorders.empty() || !recorders.empty()) record();
    tick();
}
}  // namespace brian
{{setup_code}}
namespace brian {
static void construct() {
{% for name in setup_functions %}
    using code_{{name}}::{{name}};
{% endfor %}
{{main_lines}}
}
}

#define API extern "C" __attribute__((visibility("default")))
#define GUARDED(failed, ...)                                                                   \
    try { __VA_ARGS__ }                                                                        \
    catch (const std::exception& error) { brian::failure = error.what(); }                     \
    catch (...) { brian::failure = "an unknown C++ exception"; }                               \
    return failed;

API const char* ns_failure() { return brian::failure.c_str(); }

API int ns_begin(uint64_t seed) {
    GUARDED(1, {
        using namespace brian;
        _random_generators[0].seed(seed);
        {% for line in init_lines %}
        {{line}}
        {% endfor %}
        clocks = {
            {% for clock in clocks %}
            LiveClock{ {{clock.timestep}}, {{clock.t}}, {{clock.dt}}, 1 },
            {% endfor %}
        };
        objects = {
            {% for object in objects %}
            LiveObject{ code_{{object.function}}::{{object.function}}, {{object.clock}}, true },
            {% endfor %}
        };
        return 0;
    })
}

API void* ns_static(int index) {
    switch (index) {
        {% for static in statics %}
        case {{loop.index0}}: return brian::{{static.name}};
        {% endfor %}
    }
    return nullptr;
}

API int ns_give(int index, const int32_t* sources, const int32_t* targets, int64_t n) {
    if (index < 0 || index >= {{n_given}}) return 1;
    brian::given[index] = brian::Given{sources, targets, n};
    return 0;
}

API int ns_construct() {
    GUARDED(1, {
        brian::message.str("");
        brian::construct();
        {% for array in arrays %}
        {% if array.kind == 'dynamic' and array.synaptic %}
        brian::{{array.dynamic}}.shrink_to_fit();
        {% endif %}
        {% endfor %}
        for (brian::Given& given : brian::given) given = brian::Given{nullptr, nullptr, 0};
        brian::measure_clocks();
        brian::step = brian::clocks[0].timestep[0] * brian::clocks[0].every;
        return 0;
    })
}

// Runs at most n steps and at most budget nanoseconds; gives the number of steps done, or -1.
API int64_t ns_steps(int64_t n, int64_t budget) {
    GUARDED(-1, {
        using namespace brian;
        FlushToZero flush;
        typedef std::chrono::steady_clock timer;
        const auto began = timer::now();
        auto looked = began;
        int64_t done = 0;
        int64_t stride = 1;
        while (done < n) {
            const int64_t until = std::min(n, done + stride);
            for (; done < until; done++) one_step();
            if (done == n) break;
            const auto now = timer::now();
            if (std::chrono::duration_cast<std::chrono::nanoseconds>(now - began).count() >= budget) break;
            const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(now - looked).count();
            if (spent < 500) stride *= 2; else if (spent > 2000 && stride > 1) stride /= 2;
            looked = now;
        }
        return done;
    })
}

// Runs n steps and adds up the nanoseconds spent in each object; reading the clock costs some 20 ns an object and step.
API int64_t ns_profile(int64_t n, double* spent) {
    GUARDED(-1, {
        using namespace brian;
        FlushToZero flush;
        typedef std::chrono::steady_clock timer;
        for (int64_t k = 0; k < n; k++) {
            auto before = timer::now();
            for (size_t i = 0; i < objects.size(); i++) {
                if (objects[i].enabled && step % clocks[objects[i].clock].every == 0) objects[i].run();
                const auto after = timer::now();
                spent[i] += std::chrono::duration<double, std::nano>(after - before).count();
                before = after;
            }
            if (!spike_recorders.empty() || !recorders.empty()) record();
            tick();
        }
        return n;
    })
}

API int64_t ns_step() { return brian::step; }

API int ns_set_step(int64_t step) {
    using namespace brian;
    brian::step = step;
    for (LiveClock& clock : clocks) {
        clock.timestep[0] = (step + clock.every - 1) / clock.every;
        clock.t[0] = clock.timestep[0] * clock.dt[0];
    }
    return 0;
}

API void ns_seed(uint64_t seed) { brian::_random_generators[0].seed(seed); }

API void* ns_generator(int64_t* bytes) {
    *bytes = sizeof(brian::RandomGenerator);
    return &brian::_random_generators[0];
}

API int ns_enable(int index, int enabled) {
    if (index < 0 || index >= (int)brian::objects.size()) return 1;
    brian::objects[index].enabled = enabled != 0;
    return 0;
}

API int ns_call(int index) {
    GUARDED(1, {
        brian::FlushToZero flush;
        switch (index) {
            {% for function in operations %}
            case {{loop.index0}}: code_{{function}}::{{function}}(); return 0;
            {% endfor %}
        }
        throw std::runtime_error("no such operation");
    })
}

API void* ns_array(int index, int64_t* n) {
    using namespace brian;
    switch (index) {
        {% for array in arrays %}
        {% if array.kind == 'fixed' %}
        case {{loop.index0}}: *n = {{array.n}}; return {{array.name}};
        {% elif array.kind == 'dynamic' %}
        case {{loop.index0}}: *n = (int64_t){{array.dynamic}}.size(); return {{array.dynamic}}.data();
        {% endif %}
        {% endfor %}
    }
    *n = -1;
    return nullptr;
}

API int ns_resize(int index, int64_t n) {
    GUARDED(1, {
        using namespace brian;
        switch (index) {
            {% for array in arrays %}
            {% if array.kind == 'dynamic' %}
            case {{loop.index0}}: {{array.dynamic}}.resize(n); return 0;
            {% endif %}
            {% endfor %}
        }
        throw std::runtime_error("this array cannot be resized");
    })
}

API int ns_matrix(int index, int64_t* rows, int64_t* columns, void* out) {
    using namespace brian;
    switch (index) {
        {% for array in arrays %}
        {% if array.kind == 'matrix' %}
        case {{loop.index0}}: {
            *rows = (int64_t){{array.dynamic}}.n;
            *columns = (int64_t){{array.dynamic}}.m;
            if (!out) return 0;
            for (int64_t i = 0; i < *rows; i++)
                for (int64_t j = 0; j < *columns; j++)
                    (({{array.ctype}}*)out)[i * *columns + j] = {{array.dynamic}}((int)i, (int)j);
            return 0;
        }
        {% endif %}
        {% endfor %}
    }
    return 1;
}

static std::vector<int32_t> ns_queue_buffer;

API const int32_t* ns_queues(int64_t* n) {
    *n = -1;
    GUARDED(nullptr, {
        using namespace brian;
        ns_queue_buffer.clear();
        {% for pathway in pathways %}
        {{pathway.name}}.save(ns_queue_buffer);
        {% endfor %}
        *n = (int64_t)ns_queue_buffer.size();
        return ns_queue_buffer.data();
    })
}

API int ns_set_queues(const int32_t* in, int64_t n) {
    GUARDED(1, {
        using namespace brian;
        const int32_t* end = in + n;
        {% for pathway in pathways %}
        in = {{pathway.name}}.load(in, end);
        {% endfor %}
        if (in != end) throw std::runtime_error("the snapshot has more spikes in flight than this network has pathways");
        return 0;
    })
}

API int ns_record_spikes(int index) {
    GUARDED(-1, {
        using namespace brian;
        SpikeRecorder recorder;
        switch (index) {
            {% for space in spaces %}
            case {{loop.index0}}: recorder.spikespace = {{space.name}}; recorder.n = {{space.n}}; break;
            {% endfor %}
            default: throw std::runtime_error("no such population");
        }
        spike_recorders.push_back(recorder);
        return (int)spike_recorders.size() - 1;
    })
}

template <int index> static const void* ns_data() { int64_t n; return ns_array(index, &n); }

API int ns_record(int number, int index, int64_t every, int64_t bytes) {
    GUARDED(-1, {
        using namespace brian;
        Recorder recorder;
        switch (index) {
            {% for array in arrays %}
            {% if array.kind != 'matrix' %}
            case {{loop.index0}}: recorder.data = ns_data<{{loop.index0}}>; break;
            {% endif %}
            {% endfor %}
            default: throw std::runtime_error("no such array");
        }
        recorder.every = every;
        recorder.bytes = (size_t)bytes;
        if (number >= 0 && number < (int)recorders.size()) {
            recorders[number] = recorder;
            return number;
        }
        recorders.push_back(recorder);
        return (int)recorders.size() - 1;
    })
}

API int64_t ns_recorded_spikes(int recorder, int64_t** steps, int32_t** indices) {
    auto& r = brian::spike_recorders[recorder];
    *steps = r.steps.data();
    *indices = r.indices.data();
    return (int64_t)r.steps.size();
}

API int64_t ns_recorded(int recorder, int64_t** steps, char** values) {
    auto& r = brian::recorders[recorder];
    *steps = r.steps.data();
    *values = r.values.data();
    return (int64_t)r.steps.size();
}

API void ns_forget(int recorder, int spikes) {
    if (spikes) {
        brian::spike_recorders[recorder].steps.clear();
        brian::spike_recorders[recorder].indices.clear();
    } else {
        brian::recorders[recorder].steps.clear();
        brian::recorders[recorder].values.clear();
    }
}
{% endmacro %}
