{# The statements that build the network, without the parts around them that belong to a program of its own. #}
{{'\n'.join(code_lines['before_start'])|autoindent}}
{{'\n'.join(code_lines['after_start'])|autoindent}}
{{main_lines|autoindent}}
