"""Plug-ins that come with the product, loaded as a stranger's are: by entry point, enabled by name.

Each is a class of `core.plugins.Plugin` that returns plain data. `http_gateway` tells people on their
telephones through a provider's HTTP interface, `smtp` by e-mail, `statistics` adds functions to the rule
language. No room imports from here; the rest of the product runs without.
"""
