"""The source as the tests of this folder read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE_ROOTS = ("platform", "template_library", "indicator_library", "plugins")


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the product."""
    return tuple(sorted(path for root in SOURCE_ROOTS for path in (ROOT / root).rglob("*.py")))


def rooms() -> dict[str, Path]:
    """The top-level import packages by name."""
    folders = [*(ROOT / "platform").iterdir(), *(ROOT / root for root in SOURCE_ROOTS[1:])]
    return {folder.name: folder for folder in folders if (folder / "__init__.py").is_file()}


def packages() -> set[str]:
    """The dotted names of all folders with modules in them."""
    found = set()
    for name, folder in rooms().items():
        for module in folder.rglob("*.py"):
            found.add(".".join((name, *module.parent.relative_to(folder).parts)))
    return found


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Calls in a module with the last part of the called name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node
