"""The nine forms that come with the product, drawn from an empty canvas with a mouse and a keyboard."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from playwright.sync_api import Page

from template_library.shelf import seed_files
from tests.e2e.drawing import Hands, leaves, walk
from tests.slices import sliced

SEEDS = {name: json.loads(file) for name, file in seed_files().items()}
FEW = ("0601.N-BNV-TDKT", "BCTM-KTXH-T", "II.06a-VPCP-KSTT")  # agencies, a narrative, a table
MOST = 300  # actions: ten minutes at two seconds each


def without_ids(form: Any) -> Any:
    """A template with what its ids name told by codes, and without ids and examples."""
    form = json.loads(json.dumps(form))
    for section in form["sections"]:
        rows = [row for row, _depth in walk(section.get("rows", {}).get("items", ()))]
        names = {node.get("id", node["code"]): node["code"] for node in rows}
        names |= {node.get("id", node["code"]): node["code"] for node in leaves(section.get("columns", ()))}
        for cell in section.get("cells", ()):
            cell |= {"row": names[cell["row"]], "column": names[cell["column"]]}
        section.get("cells", []).sort(key=lambda cell: (cell["row"], cell["column"]))
        for column in leaves(section.get("columns", ())):
            if "revises" in column:
                cast(dict[str, Any], column)["revises"] = {"column": names[column["revises"]["column"]]}
    return bare({key: value for key, value in form.items() if key not in ("examples", "code", "format")})


def bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: bare(each) for key, each in value.items() if key != "id"}
    return [bare(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sliced(FEW, [*SEEDS]))
def test_a_form_drawn_by_hand_is_the_seed(
    name: str, sign_in: Callable[..., Page], look: Callable[[Page, str], None], capsys: Any
) -> None:
    seed = SEEDS[name]
    page = sign_in("so-31.stp-th", permissions=["clipboard-read", "clipboard-write"])
    hands = Hands(page)
    hands.begin(f"VẼ {seed['code']}", seed)
    hands.draw(seed)
    page.reload()
    page.locator("#canvas .paper-canvas").wait_for()
    look(page, f"drawn-{name}")
    with capsys.disabled():
        print(f"\n{name}: {hands.actions} actions, {hands.minutes:.1f} minutes")
    assert without_ids(hands.document()) == without_ids(seed)
    assert hands.actions <= MOST
