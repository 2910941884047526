"""Plug-ins: classes found by entry point, enabled by name in the settings, asked for plain data.

A distribution names its class under the group `bieumau.plugins`:

    [options.entry_points]
    bieumau.plugins =
        my_gateway = my_package.gateway:MyGateway

Ours are named in just the same way. A method stands here once a plug-in uses it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points

from core.errors import Conflict
from core.notices import Channel
from engine.findings import Finding
from expr.signatures import BUILT_IN, Functions, Signature

GROUP = "bieumau.plugins"


class Plugin:
    """What every plug-in is; each method defaults to nothing."""

    def functions(self) -> Sequence[Signature]:
        """Functions of the rule language, with their bodies."""
        return ()

    def notices(self) -> Sequence[Channel]:
        """Channels by which people are told something on their telephones."""
        return ()

    def self_test(self) -> Iterable[Finding]:
        """What is wrong with the plug-in itself, as `bieumau doctor` tells it."""
        return ()


Plugins = Mapping[str, Plugin]


def load_plugins(names: Iterable[str]) -> Plugins:
    """The plug-ins of these names; raises Conflict for one that is not installed or does not start."""
    there = {entry.name: entry for entry in entry_points(group=GROUP)}
    loaded: dict[str, Plugin] = {}
    for name in names:
        if name not in there:
            raise Conflict("plugin.unknown", name=name, known=sorted(there))
        try:
            loaded[name] = there[name].load()()
            functions_of(loaded)
        except Exception as fault:  # somebody else's code
            raise Conflict("plugin.broken", name=name, error=f"{type(fault).__name__}: {fault}") from fault
    return loaded


def functions_of(plugins: Plugins) -> Functions:
    """The functions of the language with those that plug-ins add; raises ValueError where names clash."""
    return Functions([*BUILT_IN, *(each for plugin in plugins.values() for each in plugin.functions())])


@cache
def functions_named(names: tuple[str, ...]) -> Functions:
    """The functions of the language with those of the plug-ins of these names, put together once."""
    return functions_of(load_plugins(names))


def enabled_plugins() -> Plugins:
    """The plug-ins of the current application, by name."""
    from flask import current_app  # here, for commands that check a file do without

    plugins: Plugins = current_app.config["PLUGINS"]
    return plugins


def known_functions() -> Functions:
    """The functions of the language in the current application."""
    return functions_named(tuple(enabled_plugins()))
