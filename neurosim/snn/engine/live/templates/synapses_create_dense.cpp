{# USES_VARIABLES { _synaptic_pre, _synaptic_post, N_incoming, N_outgoing, N } #}
{# WRITES_TO_READ_ONLY_VARIABLES { _synaptic_pre, _synaptic_post, N_incoming, N_outgoing, N } #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    const size_t _n_synapses = (size_t){{shape.n_sources}} * {{shape.n_targets}};
    if (_n_synapses > 2147483647) throw std::runtime_error("{{owner.name}}: more than 2**31 - 1 synapses");
    {{_dynamic_N_incoming}}.assign({{shape.n_targets * shape.n_copies}}, {{shape.n_sources}});
    {{_dynamic_N_outgoing}}.assign({{shape.n_sources * shape.n_copies}}, {{shape.n_targets}});
    {{N}} = (int32_t)_n_synapses;
    {% for name in owner._registered_variables | variables_to_array_names(access_data=False) | sort %}
    {% if name not in (_dynamic__synaptic_pre, _dynamic__synaptic_post) %}
    {{name}}.resize(_n_synapses);
    {% endif %}
    {% endfor %}
    if (brian::_keeps_indices_{{owner.name}})
    {
        for (int32_t _source = 0; _source < {{shape.n_sources}}; _source++)
            for (int32_t _target = 0; _target < {{shape.n_targets}}; _target++)
            {
                {{_dynamic__synaptic_pre}}.push_back(_source);
                {{_dynamic__synaptic_post}}.push_back(_target);
            }
    }
{% endblock %}
