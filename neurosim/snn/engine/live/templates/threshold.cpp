{# USES_VARIABLES { N } #}
{# First the conditions of all neurons, in a loop that can be vectorised. The numbers of those that hold are then read off
   bits, four at a time whether there are as many or not: a branch that depends on them would be mispredicted. Copies side
   by side go one by one where rounding asks for it (see stateupdate_by_copy.cpp). #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    const size_t _vectorisation_idx = -1;
    {% set _eventspace = get_array_name(eventspace_variable) %}
    alignas(64) static char _crossed[(N + 63) / 64 * 64];
    {% set n_loops = 1 if is_elementary else n_copies|default(1) %}
    constexpr int32_t _n_each = N / {{n_loops}};
    for (int32_t _copy = 0; _copy < {{n_loops}}; _copy++)
    {
        // scalar code
        {{scalar_code|autoindent}}
        for (int32_t _k = 0; _k < _n_each; _k++)
        {
            const int32_t _idx = _copy * _n_each + _k;
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            _crossed[_idx] = _cond;
        }
    }
    static int32_t _found[N + 4];
    int32_t _count = 0;
    for (int32_t _block = 0; _block < N; _block += 64)
    {
        uint64_t _bits = brian::bits_of_bytes(_crossed + _block);
        const int32_t _after = _count + __builtin_popcountll(_bits);
        do
        {
            for (int32_t _k = 0; _k < 4; _k++, _bits &= _bits - 1)
                _found[_count + _k] = _block + __builtin_ctzll(_bits | (1ULL << 63));
            _count += 4;
        } while (_count < _after);
        _count = _after;
    }
    for (int32_t _k = 0; _k < _count; _k++)
    {
        const int32_t _idx = _found[_k];
        {{_eventspace}}[_k] = _idx;
        {% if _uses_refractory %}
        {{not_refractory}}[_idx] = false;
        {{lastspike}}[_idx] = {{t}};
        {% endif %}
    }
    {{_eventspace}}[N] = _count;
{% endblock %}
