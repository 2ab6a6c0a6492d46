{# As the dense walk of synapses.cpp, for blocks of neurons that share one matrix of weights. Spikes come sorted by neuron,
   so that those of a block follow each other, in the order that they would have alone. Where weights are merely added, all
   blocks pass by one stretch of columns before the next, whose weights thus stay in the cache. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    const size_t _vectorisation_idx = -1;
    const brian::Events _events = {{plan.name}}.events();
    if (!_events.count) return;
    static int32_t _begins[{{plan.dense.n_copies + 1}}];
    brian::find_blocks(_events, {{plan.dense.n_sources}}, {{plan.dense.n_copies}}, _begins);
    {% if row_sum %}
    brian::in_stretches<{{plan.dense.n_targets}}>([&](auto _stretch, int32_t _column)
    {
        for (int32_t _copy = 0; _copy < {{plan.dense.n_copies}}; _copy++)
        {
            const int32_t _n_spikes = _begins[_copy + 1] - _begins[_copy];
            if (!_n_spikes) continue;
            // scalar code
            {{scalar_code|autoindent}}
            brian::add_rows<{{plan.dense.n_targets}}>(
                _stretch, {{row_sum.targets}} + _copy * {{plan.dense.n_targets}} + _column, {{row_sum.weights}} + _column,
                _events.index + _begins[_copy], _n_spikes, _copy * {{plan.dense.n_sources}},
                [&](auto {{row_sum.weight}}) { return {{row_sum.term}}; });
        }
    });
    {% else %}
    for (int32_t _copy = 0; _copy < {{plan.dense.n_copies}}; _copy++)
    {
        // scalar code
        {{scalar_code|autoindent}}
        for (int32_t _event = _begins[_copy]; _event < _begins[_copy + 1]; _event++)
        {
            const int32_t _source = _events.index[_event];
            const size_t _first = (size_t)(_source - _copy * {{plan.dense.n_sources}}) * {{plan.dense.n_targets}};
            for (int32_t _column = 0; _column < {{plan.dense.n_targets}}; _column++)
            {
                const int32_t _target = _copy * {{plan.dense.n_targets}} + _column;
                const size_t _idx = _first + _column;
                const size_t _vectorisation_idx = _idx;
                {{vector_code|autoindent}}
            }
        }
    }
    {% endif %}
{% endblock %}
