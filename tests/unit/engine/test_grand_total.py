"""The line under the rows of the agencies."""

from engine.figures import read_figures, write_figures
from engine.program import Program, compile_form
from engine.rollup.grand_total import EVERYBODY, with_grand_total
from template_library.fileformat import read_template
from template_library.shelf import seed_files


def program(seed: str) -> Program:
    form, _ = read_template(seed_files()[seed])
    assert form
    return compile_form(form)


def totals(seed: str, rows: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    compiled = program(seed)
    sheet, findings = read_figures(compiled.layout, {"A": rows})
    assert findings == []
    written = write_figures(with_grand_total(compiled, sheet))["A"]
    return {key: values for key, values in written.items() if key.startswith(EVERYBODY)}


def test_all_agencies_are_summed_up_and_formulas_computed() -> None:
    rows = {"X1": {"4": "10", "13": "2"}, "X2": {"4": "5", "6": "-"}}
    assert totals("01-TCD", rows) == {"Σ": {"1": "17", "3": "0", "4": "15", "6": "-", "13": "2"}}


def test_each_item_has_its_total() -> None:
    rows = {"X1|HO": {"1": "10"}, "X1|NK": {"1": "40"}, "X2|HO": {"1": "5"}}
    found = totals("RSHN-02", rows)
    assert {key: values["1"] for key, values in found.items()} == {"Σ|HO": "15", "Σ|NK": "40"}


def test_one_agency_needs_no_total() -> None:
    assert totals("01-TCD", {"X1": {"4": "10"}}) == {}
