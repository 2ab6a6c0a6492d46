{# USES_VARIABLES { _synaptic_pre, _synaptic_post, N_incoming, N_outgoing, N, N_pre, N_post, _source_offset, _target_offset } #}
{# WRITES_TO_READ_ONLY_VARIABLES { _synaptic_pre, _synaptic_post, N_incoming, N_outgoing, N } #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    const brian::Given& _given = brian::given[{{given}}];
    const int32_t _source_begin = {{constant_or_scalar('_source_offset', variables['_source_offset'])}};
    const int32_t _target_begin = {{constant_or_scalar('_target_offset', variables['_target_offset'])}};
    const size_t _n_before = {{_dynamic__synaptic_pre}}.size();
    {{_dynamic_N_incoming}}.resize({{constant_or_scalar('N_post', variables['N_post'])}} + _target_begin);
    {{_dynamic_N_outgoing}}.resize({{constant_or_scalar('N_pre', variables['N_pre'])}} + _source_begin);
    {% for name in owner._registered_variables | variables_to_array_names(access_data=False) | sort %}
    {{name}}.resize(_n_before + _given.n);
    {% endfor %}
    for (int64_t _k = 0; _k < _given.n; _k++)
    {
        const int32_t _source = _given.sources[_k] + _source_begin;
        const int32_t _target = _given.targets[_k] + _target_begin;
        {{_dynamic__synaptic_pre}}[_n_before + _k] = _source;
        {{_dynamic__synaptic_post}}[_n_before + _k] = _target;
        {{_dynamic_N_outgoing}}.at(_source)++;
        {{_dynamic_N_incoming}}.at(_target)++;
    }
    {{N}} = (int32_t)(_n_before + _given.n);
    {% if multisynaptic_index %}
    std::map<std::pair<int32_t, int32_t>, int32_t> _count;
    for (int32_t _k = 0; _k < {{N}}; _k++)
        {{get_array_name(variables[multisynaptic_index], access_data=False)}}[_k] =
            _count[std::make_pair({{_dynamic__synaptic_pre}}[_k], {{_dynamic__synaptic_post}}[_k])]++;
    {% endif %}
{% endblock %}
