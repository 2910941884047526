"""The properties of one cell, by the precedence of the language: cell, column, row, section, template."""

from dataclasses import dataclass

from engine.form import (
    DEFAULT_DECIMALS,
    NOTHING,
    NUMERIC_TYPES,
    Aggregation,
    CellState,
    Column,
    Form,
    Nature,
    Properties,
    Row,
    Section,
)

LIST_ROW = Row(id="", code="", title="")
"""Stands for every row of a list section, which has no designed rows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with every property decided. `decimals` is 0 for cells that hold no number."""

    type: str
    unit: str | None
    decimals: int
    required: bool
    min: str | None
    max: str | None
    choices: tuple[str, ...] | None
    aggregation: Aggregation
    nature: Nature
    state: CellState
    default: str | None

    @property
    def is_numeric(self) -> bool:
        """True when the cell holds a number or a mark."""
        return self.type in NUMERIC_TYPES

    @property
    def is_summed(self) -> bool:
        """True when a row rule runs here by itself: a summed figure, neither a percentage nor a rate."""
        return (
            self.is_numeric
            and self.type != "percent"
            and self.unit != "%"
            and self.nature != "rate"
            and self.aggregation.rule == "sum"
        )


def resolve_cell(form: Form, section: Section, row: Row, column: Column) -> Cell:
    """The decided properties of the cell where `row` meets `column`."""
    override = section.overrides.get((row.id, column.id))
    own = override.properties if override else NOTHING
    stated = _column_states(section, column)
    by_row = row.properties.over(_summed_by(section.row_aggregation.get(row.id)))
    merged = own.over(stated).over(by_row).over(section.properties).over(Properties(unit=form.header.unit))
    cell_type = merged.type if merged.type and merged.type != "by_row" else "decimal"
    nature: Nature = merged.nature or ("rate" if cell_type == "percent" else "flow")
    return Cell(
        type=cell_type,
        unit=_unit(merged, own, stated, by_row),
        decimals=_decimals(merged, cell_type),
        required=bool(merged.required),
        min=merged.min,
        max=merged.max,
        choices=merged.choices,
        aggregation=merged.aggregation or _default_aggregation(section, cell_type, nature),
        nature=nature,
        state=(override.state if override and override.state and not override.when else "open"),
        default=override.default if override else None,
    )


def _column_states(section: Section, column: Column) -> Properties:
    own = column.properties
    if own.type == "by_row":
        return NOTHING
    return own.over(_summed_by(section.column_aggregation.get(column.id)))


def _summed_by(aggregation: Aggregation | None) -> Properties:
    return NOTHING if aggregation is None else Properties(aggregation=aggregation)


def _unit(merged: Properties, own: Properties, stated: Properties, by_row: Properties) -> str | None:
    if (merged.type or "decimal") not in NUMERIC_TYPES | {"by_row"}:
        return None
    if merged.type == "percent":
        # The unit of the template or of a row of quantities is not that of its percentages.
        return own.unit or stated.unit or (by_row.unit if by_row.type == "percent" else None) or "%"
    return merged.unit


def _decimals(merged: Properties, cell_type: str) -> int:
    if cell_type not in NUMERIC_TYPES:
        return 0
    if cell_type == "integer" or merged.decimals is None:
        return DEFAULT_DECIMALS[cell_type]
    return merged.decimals


def _default_aggregation(section: Section, cell_type: str, nature: Nature) -> Aggregation:
    if cell_type not in NUMERIC_TYPES:
        return Aggregation("none")
    if cell_type == "percent" or nature == "rate":
        return Aggregation("recompute")
    return section.default_aggregation or Aggregation("sum")
