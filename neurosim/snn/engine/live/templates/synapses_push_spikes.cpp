{# USES_VARIABLES { delay, _source_dt } #}
{% extends 'common_group.cpp' %}
{% block before_code %}
    {{owner.name}}.prepare({{get_array_name(variables['delay'], access_data=False)}},
        {{ "nullptr" if plan.dense else "&" + get_array_name(owner.synapse_sources, access_data=False) }},
        {{ plan.dense.n_targets if plan.dense else 0 }}, {{ "true" if plan.postsynaptic else "false" }}, {{_source_dt}});
{% endblock %}
{% block maincode %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    {{owner.name}}.push({{_eventspace}}, {{_eventspace}}[_num{{eventspace_variable.name}}-1]);
{% endblock %}
