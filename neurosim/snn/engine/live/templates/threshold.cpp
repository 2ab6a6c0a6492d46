{# USES_VARIABLES { N } #}
{# First the conditions of all neurons, in a loop that can be vectorised, then the few that hold. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    alignas(64) static char _crossed[(N + 7) / 8 * 8];
    for (int32_t _idx = 0; _idx < N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
        _crossed[_idx] = _cond;
    }
    int32_t _count = 0;
    for (int32_t _block = 0; _block < N; _block += 8)
    {
        uint64_t _any;
        std::memcpy(&_any, _crossed + _block, 8);
        if (!_any) continue;
        for (int32_t _idx = _block; _idx < _block + 8; _idx++)
        {
            if (!_crossed[_idx]) continue;
            {{_eventspace}}[_count++] = _idx;
            {% if _uses_refractory %}
            {{not_refractory}}[_idx] = false;
            {{lastspike}}[_idx] = {{t}};
            {% endif %}
        }
    }
    {{_eventspace}}[N] = _count;
{% endblock %}
