"""Whatever form there is, reading what was written gives the same form."""

from typing import Any
from unicodedata import normalize

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.form import (
    Aggregation,
    CellOverride,
    Column,
    Example,
    Form,
    Header,
    LegalBasis,
    OutlinePart,
    Properties,
    Revision,
    Row,
    Rows,
    Rule,
    Section,
)
from template_library.fileformat import read_template, write_template

texts = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], max_codepoint=0x1EF9), max_size=8).map(
    lambda text: normalize("NFC", text)
)
maybe_text = st.none() | texts
numbers = st.none() | st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True)
flags = st.none() | st.booleans()


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


properties = st.builds(
    Properties,
    type=st.sampled_from([None, "integer", "decimal", "percent", "text", "date"]),
    unit=maybe_text,
    decimals=st.none() | st.integers(0, 9),
    required=flags,
    min=numbers,
    max=numbers,
    choices=st.none() | some(texts),
    aggregation=st.sampled_from([None, Aggregation("last"), Aggregation("weighted_mean", "c0")]),
    nature=st.sampled_from([None, "flow", "stock", "rate"]),
)


@st.composite
def forests(draw: st.DrawFn, value: Any, prefix: str, /, **own: st.SearchStrategy[Any]) -> tuple[Any, ...]:
    """Trees of columns, rows or parts with codes c0, c1, …; ids now and then their own."""
    count = iter(range(100))

    def grow(level: int) -> Any:
        code = f"{prefix}{next(count)}"
        item_id = f"id_{code}" if code not in ("c0", "r0") and draw(st.booleans()) else code
        children = tuple(grow(level + 1) for _ in range(draw(st.integers(0, 2 if level < 3 else 0))))
        values = {name: draw(strategy) for name, strategy in own.items()}
        return value(id=item_id, code=code, title=draw(texts), children=children, **values)

    return tuple(grow(1) for _ in range(draw(st.integers(1, 2))))


column_trees = forests(
    Column,
    "c",
    ordinal=texts,
    properties=properties,
    part=maybe_text,
    indicator=maybe_text,
    revises=st.sampled_from([None, Revision("c0")]),
    repeat=st.sampled_from([None, {"over": "agencies"}, {"over": "list", "list": "NGANH"}]),
    when=maybe_text,
    print=st.booleans(),
)
row_trees = forests(
    Row,
    "r",
    ordinal=texts,
    kind=st.sampled_from(["group", "data", "total", "open"]),
    properties=properties,
    part=maybe_text,
    indicator=maybe_text,
    max_rows=st.none() | st.integers(1, 9),
    when=maybe_text,
    print=st.booleans(),
)
part_trees = forests(
    OutlinePart, "p", guidance=maybe_text, required=st.booleans(), text=st.sampled_from([None, "", "lời văn"])
)
rules = st.builds(
    Rule,
    id=st.just("k"),
    code=st.just("K"),
    text=texts,
    computed=st.booleans(),
    severity=st.sampled_from([None, "error", "warning", "note"]),
    message=maybe_text,
    valid_from=st.sampled_from([None, "2026-01-31"]),
    valid_to=st.none(),
)
tables = st.builds(
    Section,
    id=st.sampled_from(["A", "phan_a"]),
    code=st.just("A"),
    kind=st.just("table"),
    title=texts,
    properties=properties.map(lambda p: Properties(**{**_stated(p), "aggregation": None})),
    columns=column_trees,
    rows=st.builds(
        Rows,
        kind=st.sampled_from(["fixed", "agencies"]),
        items=row_trees,
        group_by=maybe_text,
        filled_by=st.sampled_from([None, "each", "owner"]),
    ),
    cells=st.builds(
        CellOverride,
        row=st.just("r0"),
        column=st.just("c0"),
        properties=properties,
        state=st.sampled_from([None, "locked", "open"]),
        default=maybe_text,
        when=maybe_text,
    ).map(lambda cell: (cell,)),
    rules=rules.map(lambda rule: (rule,)),
    default_aggregation=st.sampled_from([None, Aggregation("max")]),
    column_aggregation=st.sampled_from([{}, {"c0": Aggregation("recompute")}]),
    source=st.sampled_from([None, "collected"]),
    when=maybe_text,
    print=st.booleans(),
)
outlines = st.builds(
    Section,
    id=st.just("B"),
    code=st.just("B"),
    kind=st.just("outline"),
    parts=part_trees,
    or_attachment=st.sampled_from([(), ("docx", "pdf")]),
    required=st.booleans(),
)
forms = st.builds(
    Form,
    header=st.builds(
        Header,
        code=st.sampled_from(["B01", "II.06a/VPCP/KSTT", "Biểu 11 (NTM)"]),
        name=texts,
        regime=st.sampled_from(["periodic", "thematic", "urgent"]),
        regime_code=maybe_text,
        frequencies=st.sampled_from([(), ("month", "nine_months")]),
        field=maybe_text,
        legal_basis=some(st.builds(LegalBasis, number=texts, title=maybe_text)),
        unit=maybe_text,
        addressee=maybe_text,
        notes=maybe_text,
        explanation=maybe_text,
        code_by_level=st.dictionaries(texts, texts, max_size=2),
        headline=st.sampled_from([(), ("A[r0;c0]",)]),
    ),
    sections=st.tuples(tables, outlines),
    layout=st.sampled_from([{}, {"orientation": "landscape", "heading": {"form_number": False}}]),
    examples=some(
        st.builds(
            Example,
            name=texts,
            figures=st.dictionaries(texts, st.dictionaries(texts, st.dictionaries(texts, texts))),
            context=st.sampled_from([{}, {"period": {"đầu_năm": True}}]),
            expect=st.sampled_from([(), ("K",)]),
        )
    ),
)


def _stated(p: Properties) -> dict[str, Any]:
    return {name: getattr(p, name) for name in Properties.__slots__}


@settings(max_examples=15, deadline=None)
@given(forms)
def test_what_is_written_is_read_as_it_was(form: Form) -> None:
    written = write_template(form)
    assert read_template(written) == (form, [])
    assert write_template(form) == written
