"""Where a rule runs: one target for a cell rule, one per column, row, parent or agency otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expr import nodes
from expr.names import CellFacts, ColumnName, Directory, RowName, SectionNames
from expr.nodes import Every, One, Parent, Reference
from expr.units import normal_unit

_KINDS = frozenset({"number", "text", "date"})
_LITERALS: Mapping[type, frozenset[str]] = {
    nodes.Number: frozenset({"number"}),
    nodes.Text: frozenset({"text"}),
    nodes.Date: frozenset({"date"}),
}


@dataclass(frozen=True, slots=True)
class Target:
    """One run of a rule. Verdicts name it by `key`: a row, a column, `row/column`, "" for a cell rule."""

    key: str = ""
    row: str | None = None
    column: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A resolved rule at home in its section, ready to be spread over its targets."""

    rule: nodes.Rule
    section: SectionNames
    directory: Directory

    def targets(self) -> list[Target]:
        """Every target, in display order; empty when nothing in the section fits the rule."""
        refs = list(nodes.references(self.rule))
        if any(isinstance(reference.rows, Parent) for reference in refs):
            return list(self._parents(refs))
        kinds = {reference.kind for reference in refs}
        agencies: Sequence[str | None] = [None]
        if self.section.repeats and any(self._names_item(reference) for reference in refs):
            agencies = self.section.agencies
        if "row" in kinds:
            return [t for agency in agencies for t in self._columns(refs, agency)]
        if "column" in kinds:  # where no row fits, the types say what is wrong
            return list(self._rows(refs, self._wanted())) or list(self._rows(refs, _KINDS))
        targets = [Target(agency or "", agency=agency) for agency in agencies]
        return [target for target in targets if self._has_cells(refs, target)]

    def _has_cells(self, refs: Sequence[Reference], target: Target) -> bool:
        """Each single cell that the rule names of its own report is there."""
        return all(
            reference.is_set
            or reference.source != nodes.HERE
            or any(cell_facts(self.directory, reference, target))
            for reference in refs
        )

    def _names_item(self, reference: Reference) -> bool:
        return reference.section == self.section.id and isinstance(reference.rows, One)

    def _columns(self, refs: Sequence[Reference], agency: str | None) -> Iterator[Target]:
        chosen, explicit = self._chosen_columns()
        for column in chosen:
            key = f"{agency}/{column.id}" if agency else column.id
            target = Target(key, column=column.id, agency=agency)
            if self._fits(refs, target, explicit):
                yield target

    def _rows(self, refs: Sequence[Reference], wanted: frozenset[str]) -> Iterator[Target]:
        only, without = self._narrowed("row")
        for row in self.section.rows:
            names = {row.id, row.pattern}
            stands_for_others = self.section.repeats and not row.pattern
            if (
                not row.has_cells
                or stands_for_others
                or names & without
                or not (only is None or names & only)
            ):
                continue
            target = Target(row.id, row=row.id, agency=row.agency)
            if self._fits(refs, target, explicit=True, wanted=wanted):
                yield target

    def _parents(self, refs: Sequence[Reference]) -> Iterator[Target]:
        only, without = self._narrowed("row")
        chosen, explicit = self._chosen_columns()
        across = any(reference.kind == "row" for reference in refs)
        for parent in self.section.parents():
            if parent.id in without or not (only is None or parent.id in only):
                continue
            if not across:  # every reference says its column: once for each parent
                yield Target(parent.id, row=parent.id)
                continue
            below = [row for row in self.section.summed_children(parent.id) if row.has_cells]
            for column in chosen:
                facts = self.section.cell(parent, column)
                units = {normal_unit(f.unit) for row in below if (f := self.section.cell(row, column))}
                if facts and (explicit or facts.summed) and units == {normal_unit(facts.unit)}:
                    yield Target(f"{parent.id}/{column.id}", row=parent.id, column=column.id)

    def _chosen_columns(self) -> tuple[list[ColumnName], bool]:
        """The columns to try, and whether the rule names them itself (then averages and rates count too)."""
        only, without = self._narrowed("column")
        columns = [c for c in self.section.columns if (only is None or c.id in only) and c.id not in without]
        return columns, only is not None

    def _narrowed(self, axis: str) -> tuple[set[str] | None, set[str]]:
        only: set[str] | None = None
        without: set[str] = set()
        for narrowing in self.rule.narrowings:
            if narrowing.axis != axis:
                continue
            found = self._named(narrowing)
            if narrowing.without:
                without |= found
            else:
                only = found if only is None else only & found
        return only, without

    def _named(self, narrowing: nodes.Narrowing) -> set[str]:
        if narrowing.axis == "row":
            if isinstance(narrowing.picks, Every):
                return {row.id for row in self.section.rows}
            if not self.section.repeats:
                return {row.id for row in self.section.pick_rows(narrowing.picks)}
            return {row.pattern for row in self.section.pick_rows(narrowing.picks)}
        if isinstance(narrowing.picks, Every):
            return {column.id for column in self.section.columns if self._is_numeric(column)}
        return {column.id for column in self.section.pick_columns(narrowing.picks)}

    def _is_numeric(self, column: ColumnName) -> bool:
        facts = (self.section.cell(row, column) for row in self.section.rows if row.has_cells)
        return any(f is not None and f.kind == "number" for f in facts)

    def _fits(
        self, refs: Sequence[Reference], target: Target, explicit: bool, wanted: frozenset[str] = _KINDS
    ) -> bool:
        """Each single reference has a cell here; by itself a row rule runs only where figures are summed."""
        vague: list[CellFacts] = []
        singles = 0
        for reference in refs:
            if reference.kind == "cell":
                continue
            facts = [f for f in cell_facts(self.directory, reference, target) if f is not None]
            if not reference.is_set:
                singles += 1
                if not facts or not (explicit or facts[0].summed):
                    return False
                if facts[0].by_row and explicit and not self._alike(refs, target, wanted):
                    return False
            vague.extend(facts)
        return bool(vague) and (explicit or singles > 0 or all(f.summed for f in vague))

    def _alike(self, refs: Sequence[Reference], target: Target, wanted: frozenset[str]) -> bool:
        """Where rows state the types, a column rule runs only where cells are of one kind, and that fits."""
        kinds = {
            f.kind
            for reference in refs
            if reference.kind == "column"
            for f in cell_facts(self.directory, reference, target)
            if f is not None
        }
        return len(kinds) <= 1 and kinds <= wanted

    def _wanted(self) -> frozenset[str]:
        """The kinds of cells that go with what stands beside the columns of the rule."""
        wanted = _KINDS
        for node in (node for part in nodes.parts(self.rule) for node in nodes.walk(part)):
            below = list(nodes.children(node))
            if not any(isinstance(part, Reference) and part.kind == "column" for part in below):
                continue
            if isinstance(node, nodes.Sum | nodes.Product | nodes.Negative):
                wanted &= {"number"}
            elif isinstance(node, nodes.Compare | nodes.OneOf):
                wanted &= frozenset.intersection(*(_LITERALS.get(type(part), _KINDS) for part in below))
            if isinstance(node, nodes.Compare) and not {"=", "<>"}.issuperset(node.operators):
                wanted -= {"text"}
        return wanted


def places(directory: Directory, reference: Reference, target: Target) -> list[tuple[RowName, ColumnName]]:
    """The cells a resolved reference stands for at a target, in display order, whether or not they exist."""
    section = directory.names_of(reference.source.form).section[reference.section]
    rows: list[RowName]
    if reference.rows is None:
        row = section.row.get(target.row or "")
        rows = [row] if row else []
    else:
        rows = section.pick_rows(reference.rows, parent=target.row, agency=target.agency)
    if reference.columns is None:
        column = section.column.get(target.column or "")
        columns = [column] if column else []
    else:
        columns = section.pick_columns(reference.columns)
    return [(row, column) for row in rows for column in columns]


def cell_facts(directory: Directory, reference: Reference, target: Target) -> list[CellFacts | None]:
    """The facts of the cells a reference stands for at a target."""
    section = directory.names_of(reference.source.form).section[reference.section]
    return [section.cell(row, column) for row, column in places(directory, reference, target)]
