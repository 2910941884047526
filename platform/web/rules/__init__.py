"""Pages of rules: a form's rules in words, tried while they are typed; the reference of the language."""
