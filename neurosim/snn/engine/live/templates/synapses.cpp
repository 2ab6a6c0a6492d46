{# Replaces Brian2's walk through a queue of synapses by loops over spikes and their rows, columns or lists.
   Where weights are merely added, the sums of a stretch of targets stay in registers meanwhile. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    const brian::Events _events = {{plan.name}}.events();
    {% if plan.delays_may_differ %}
    if ({{plan.name}}.keeps_synapses())
    {
        for (int32_t _event = 0; _event < _events.count; _event++)
        {
            const size_t _idx = _events.index[_event];
            const size_t _vectorisation_idx = _idx;
            {% if plan.dense %}
            const int32_t _row = _idx / {{plan.dense.n_targets}}, _column = _idx % {{plan.dense.n_targets}};
            {% endif %}
            {{vector_code|autoindent}}
        }
        return;
    }
    {% endif %}
    {% if row_sum %}
    brian::in_stretches<{{plan.dense.n_targets}}>([&](auto _stretch, int32_t _column)
    {
        brian::add_rows<{{plan.dense.n_targets}}>(
            _stretch, {{row_sum.targets}} + _column, {{row_sum.weights}} + _column, _events.index, _events.count, 0,
            [&](auto {{row_sum.weight}}) { return {{row_sum.term}}; });
    });
    {% elif plan.dense and not plan.postsynaptic %}
    for (int32_t _event = 0; _event < _events.count; _event++)
    {
        const int32_t _row = _events.index[_event];
        const size_t _first = (size_t)_row * {{plan.dense.n_targets}};
        for (int32_t _column = 0; _column < {{plan.dense.n_targets}}; _column++)
        {
            const size_t _idx = _first + _column;
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
        }
    }
    {% elif plan.dense %}
    for (int32_t _event = 0; _event < _events.count; _event++)
    {
        const int32_t _column = _events.index[_event];
        for (int32_t _row = 0; _row < {{plan.dense.n_sources}}; _row++)
        {
            const size_t _idx = (size_t)_row * {{plan.dense.n_targets}} + _column;
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
        }
    }
    {% else %}
    const int32_t* _order = {{plan.name}}.order();
    const int32_t* _first = {{plan.name}}.first.data() - {{plan.name}}.begins_at();
    for (int32_t _event = 0; _event < _events.count; _event++)
    {
        const int32_t _source = _events.index[_event];
        for (int32_t _position = _first[_source]; _position < _first[_source + 1]; _position++)
        {
            const size_t _idx = _order ? _order[_position] : _position;
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
        }
    }
    {% endif %}
{% endblock %}
