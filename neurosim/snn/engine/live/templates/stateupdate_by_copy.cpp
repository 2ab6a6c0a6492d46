{# As Brian2's loop over all neurons, for copies side by side. An elementary operation is rounded in one way only. Of longer
   sums, divisions and functions the last bits depend on how a loop is compiled, so that copies go one by one there, each
   in a loop like that of the network alone. Where a multiple of a number of the copy is added, copies whose number is 0
   are passed over. #}
{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    const size_t _vectorisation_idx = -1;
    {% set n_loops = 1 if is_elementary else n_copies %}
    constexpr int32_t _n_each = N / {{n_loops}};
    for (int32_t _copy = 0; _copy < {{n_loops}}; _copy++)
    {
        {% if idle %}
        if ({{idle}} == 0) continue;
        {% endif %}
        // scalar code
        {{scalar_code|autoindent}}
        for (int32_t _k = 0; _k < _n_each; _k++)
        {
            const int32_t _idx = _copy * _n_each + _k;
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
        }
    }
{% endblock %}
