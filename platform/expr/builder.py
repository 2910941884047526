"""Builds the tree while Lark reads; each method serves the rule of the grammar that bears its name."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lark import Token, Transformer

from expr import nodes
from expr.faults import Fault
from expr.nodes import HERE, Every, Name, Reference, Selector, Source, Time
from expr.numbers import BadNumber, read_number
from expr.text import unquote

_OPERATORS: dict[str, nodes.Operator] = {"≤": "<=", "≥": ">=", "≠": "<>", "!=": "<>"}


def _kept(items: list[Any], *kinds: str) -> list[Any]:
    """The items that are not mere words of the grammar; tokens of `kinds` stay."""
    return [item for item in items if not isinstance(item, Token) or item.type in kinds]


def _tokens(items: list[Any]) -> list[Token]:
    return [item for item in items if isinstance(item, Token)]


def _n_ary(kind: Callable[[tuple[Any, ...]], Any]) -> Callable[["Builder", list[Any]], Any]:
    return lambda self, items: kind(tuple(_kept(items)))


class Builder(Transformer[Token, Any]):
    """One per parser; `begin` is called before each text."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Fault] = []

    def begin(self) -> None:
        """Forget the faults of the text before."""
        self.faults = []

    def start(self, items: list[Any]) -> nodes.Rule:
        statement, *clauses = items
        given: dict[str, Any] = {}
        narrowings = []
        for key, value, token in clauses:
            if key == "narrowing":
                narrowings.append(value)
            elif key in given:
                self._fault("E_SYNTAX", token, "twice", found=str(token))
            else:
                given[key] = value
        return nodes.Rule(statement, tuple(narrowings), **given)

    def _fault(self, code: str, token: Token, detail: str = "", **facts: object) -> None:
        start = token.start_pos or 0
        self.faults.append(Fault(code, start, start + len(token), detail, facts))

    def _number(self, token: Token) -> Decimal:
        try:
            return read_number(str(token))
        except BadNumber as error:
            start = token.start_pos or 0
            code = "E_LIMIT" if error.detail == "digits" else "E_NUM"
            facts = {"found": str(token), "readings": list(error.readings)}
            self.faults.append(Fault(code, start, start + len(token), error.detail, facts, error.readings))
            return Decimal(0)

    # --- statements

    def guard(self, items: list[Any]) -> nodes.Guard:
        return nodes.Guard(*_kept(items))

    either = _n_ary(nodes.Either)
    both = _n_ary(nodes.Both)

    def no(self, items: list[Any]) -> nodes.Not:
        return nodes.Not(items[1])

    def compare(self, items: list[Any]) -> nodes.Compare:
        operators = tuple(_OPERATORS.get(str(t), str(t)) for t in _tokens(items))
        return nodes.Compare(tuple(_kept(items)), operators)  # type: ignore[arg-type]

    def filled(self, items: list[Any]) -> nodes.Filled:
        return nodes.Filled(items[0], True)

    def blank(self, items: list[Any]) -> nodes.Filled:
        return nodes.Filled(items[0], False)

    def one_of(self, items: list[Any]) -> nodes.OneOf:
        operand, *choices = _kept(items)
        return nodes.OneOf(operand, tuple(choices))

    def not_one_of(self, items: list[Any]) -> nodes.OneOf:
        operand, *choices = _kept(items)
        return nodes.OneOf(operand, tuple(choices), negated=True)

    def criterion(self, items: list[Any]) -> nodes.Criterion:
        operator = _OPERATORS.get(str(items[0]), str(items[0]))
        return nodes.Criterion(operator, items[1])  # type: ignore[arg-type]

    # --- arithmetic

    def sum(self, items: list[Any]) -> nodes.Sum:
        signs = (1, *(-1 if token.type == "MINUS" else 1 for token in _tokens(items)))
        return nodes.Sum(tuple(_kept(items)), signs)

    def product(self, items: list[Any]) -> nodes.Product:
        divides = (False, *(token.type == "DIVIDE" for token in _tokens(items)))
        return nodes.Product(tuple(_kept(items)), divides)

    def negative(self, items: list[Any]) -> nodes.Node:
        return nodes.Negative(items[1])

    def number(self, items: list[Token]) -> nodes.Number:
        return nodes.Number(self._number(items[0]), percent=len(items) > 1)

    def text(self, items: list[Token]) -> nodes.Text:
        return nodes.Text(unquote(str(items[0])))

    def date(self, items: list[Token]) -> nodes.Date:
        day, month, year = (int(part) for part in items[0].split("/"))
        try:
            return nodes.Date(date(year, month, day).isoformat())
        except ValueError:
            self._fault("E_NUM", items[0], "date", found=str(items[0]))
            return nodes.Date("0001-01-01")

    def attribute(self, items: list[Token]) -> nodes.Attribute:
        owner, _, name = str(items[0]).partition(".")
        of_period = owner.strip().lower() in ("kỳ", "period")
        start, end = _place(items[0])
        return nodes.Attribute("period" if of_period else "agency", name.strip(), start=start, end=end)

    def call(self, items: list[Any]) -> nodes.Call:
        start, end = _place(items[0])
        return nodes.Call(str(items[0]), tuple(_kept(items[1:])), start=start, end=end)

    # --- references

    def name(self, items: list[Token]) -> Name:
        start, end = _place(items[0])
        text = str(items[0])
        return Name(unquote(text) if items[0].type == "STRING" else text, start=start, end=end)

    def one(self, items: list[Any]) -> nodes.One:
        return nodes.One(items[0])

    def between(self, items: list[Any]) -> nodes.Between:
        first, last = _kept(items)
        return nodes.Between(first, last)

    def several(self, items: list[Any]) -> Selector:
        picks = tuple(_kept(items))
        first: Selector = picks[0]
        return first if len(picks) == 1 else nodes.Several(picks)

    def row(self, items: list[Any]) -> Reference:
        return self._reference(items, rows=items[1], rest=items[2:])

    def column(self, items: list[Any]) -> Reference:
        return self._reference(items, columns=items[1], rest=items[2:])

    def children_of(self, items: list[Any]) -> Reference:
        return self._reference(items, rows=nodes.Children(items[1]), rest=items[2:])

    def children(self, items: list[Any]) -> Reference:
        return self._reference(items, rows=nodes.Children(), rest=items[1:])

    def parent(self, items: list[Any]) -> Reference:
        return self._reference(items, rows=nodes.Parent(), rest=items[1:])

    def every_row(self, items: list[Any]) -> Reference:
        return self._reference(items, rows=Every(), rest=items[1:])

    def every_column(self, items: list[Any]) -> Reference:
        return self._reference(items, columns=Every(), rest=items[1:])

    def axis(self, items: list[Any]) -> tuple[str, Selector, Token | None]:
        """(kind said by a keyword or "", what is picked, the keyword)."""
        tokens, picked = _tokens(items), _kept(items)
        kind = tokens[0].type if tokens else ""
        said = "column" if "COLUMN" in kind else "row" if kind else ""
        if kind in ("EVERY_ROW", "EVERY_COLUMN"):
            return said, Every(), tokens[0]
        if kind.startswith("CHILDREN"):
            return said, nodes.Children(*picked), tokens[0]
        if kind == "PARENT":
            return said, nodes.Parent(), tokens[0]
        return said, picked[0], tokens[0] if tokens else None

    def cell(self, items: list[Any]) -> Reference:
        (said, rows, token), (then_said, columns, _), *sources = _kept(items)
        if said == "column" or then_said == "row":
            if token is not None and said == then_said:
                self._fault("E_MIX", token, "cell")
            rows, columns = columns, rows
        return self._reference(items, rows=rows, columns=columns, rest=sources)

    def _reference(
        self,
        items: list[Any],
        *,
        rows: Selector | None = None,
        columns: Selector | None = None,
        rest: list[Any],
    ) -> Reference:
        source = HERE
        for one in rest:
            source = self._joined(source, one)
        words = [item for item in _flat(items) if isinstance(item, Name | Token)]
        start = min((_place(word)[0] for word in words), default=0)
        end = max((_place(word)[1] for word in words), default=0)
        return Reference(rows, columns, source, start=start, end=end)

    def _joined(self, source: Source, other: tuple[Source, Token]) -> Source:
        more, token = other
        said = {
            name: part for name in ("form", "agency", "time") if (part := getattr(more, name)) is not None
        }
        if any(getattr(source, name) is not None for name in said):
            self._fault("E_SYNTAX", token, "twice", found=str(token))
        return replace(source, **said)

    def of_form(self, items: list[Any]) -> tuple[Source, Token]:
        return Source(form=items[2]), items[0]

    def of_agency(self, items: list[Any]) -> tuple[Source, Token]:
        return Source(agency=unquote(str(items[2]))), items[0]

    def of_previous(self, items: list[Token]) -> tuple[Source, Token]:
        back = 1
        if len(items) > 2:
            back = int(items[2]) if re.fullmatch("[1-9][0-9]?", items[2]) else 0
            if not back:
                self._fault("E_PERIOD", items[2], "back", found=str(items[2]))
        in_year = items[1].type == "PREVIOUS_IN_YEAR"
        return Source(time=Time("previous", back or 1, in_year)), items[0]

    def of_year(self, items: list[Token]) -> tuple[Source, Token]:
        last = items[1].type == "LAST_YEAR"
        return Source(time=Time("last_year" if last else "same_period_last_year")), items[0]

    # --- clauses: (field of Rule, value, a token to point at)

    def narrow(self, items: list[Any]) -> tuple[str, Selector, Token]:
        token = items[0]
        picks = tuple(_kept(items))
        selector: Selector = Every()
        if picks:
            flat = tuple(
                p for pick in picks for p in (pick.picks if isinstance(pick, nodes.Several) else (pick,))
            )
            selector = flat[0] if len(flat) == 1 else nodes.Several(flat)
        return ("column" if "COLUMN" in token.type else "row"), selector, token

    def _narrowing(self, items: list[Any], without: bool) -> tuple[str, Any, Token]:
        axis, picks, token = items[1]
        start, end = _place(token)
        return "narrowing", nodes.Narrowing(axis, picks, without, start=start, end=end), items[0]

    def only(self, items: list[Any]) -> tuple[str, Any, Token]:
        return self._narrowing(items, without=False)

    def without(self, items: list[Any]) -> tuple[str, Any, Token]:
        return self._narrowing(items, without=True)

    def tolerance(self, items: list[Token]) -> tuple[str, Any, Token]:
        if items[1].type == "AUTO":
            return "tolerance", nodes.Tolerance("auto"), items[0]
        kind: Any = "relative" if len(items) > 2 else "absolute"
        return "tolerance", nodes.Tolerance(kind, self._number(items[1])), items[0]

    def blanks(self, items: list[Token]) -> tuple[str, Any, Token]:
        return "blanks", "zero" if items[0].type == "BLANK_AS_ZERO" else "skip", items[0]

    def severity(self, items: list[Token]) -> tuple[str, Any, Token]:
        return "severity", items[0].type.lower(), items[0]

    def message(self, items: list[Token]) -> tuple[str, Any, Token]:
        return "message", unquote(str(items[1])), items[0]

    def when(self, items: list[Any]) -> tuple[str, Any, Token]:
        return "when", items[1], items[0]


def _place(word: Name | Token) -> tuple[int, int]:
    if isinstance(word, Name):
        return word.start, word.end
    start = word.start_pos or 0
    return start, start + len(word)


def _flat(items: Any) -> list[Any]:
    """Names and tokens inside references and selectors, to know where a reference stands in the text."""
    found: list[Any] = []
    waiting = [items]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Name | Token):
            found.append(item)
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, nodes.One):
            waiting.append(item.name)
        elif isinstance(item, nodes.Between):
            waiting += [item.first, item.last]
        elif isinstance(item, nodes.Several):
            waiting.extend(item.picks)
        elif isinstance(item, nodes.Children) and item.of:
            waiting.append(item.of)
        elif isinstance(item, Source) and item.form:
            waiting.append(item.form)
    return found
