"""Values of a template file as marshmallow fields: strict about types, each fault a code with facts."""

import difflib
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, cast, get_args

from marshmallow import ValidationError, fields

from engine.form import Aggregation

NAME = re.compile(r"[A-Za-z0-9_]+([.][A-Za-z0-9_]+)*")
AGGREGATIONS = get_args(Aggregation.__annotations__["rule"])
MAX_CODE = 100
MAX_TEXT = 20_000

_NUMBER = re.compile(r"-?[0-9]{1,25}([.][0-9]{1,9})?")
# What no database and no printer takes: control characters and halves of surrogate pairs.
_WHOLE = re.compile("0|-?[1-9][0-9]{0,17}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Fault(str):
    """A finding's code that carries its facts, so that it can travel as a message of marshmallow."""

    variant: str
    facts: Mapping[str, object]

    def __new__(cls, code: str, variant: str = "", **facts: object) -> "Fault":
        """The code is the text itself."""
        fault = super().__new__(cls, code)
        fault.variant = variant
        fault.facts = facts
        return fault


def refuse(code: str, variant: str = "", **facts: object) -> ValidationError:
    """The exception by which a field refuses a value."""
    return ValidationError([Fault(code, variant, **facts)])


def near_misses(name: str, names: Iterable[str]) -> list[str]:
    """The names most like a wrong one, best first; of very many names only the first are looked at."""
    return difflib.get_close_matches(name[:MAX_CODE], list(islice(names, 500)), n=3)


def plain_text(value: str | int | Decimal) -> str:
    """A number as text, without an exponent where that is possible in reasonable length."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return f"{value:f}" if isinstance(exponent, int) and abs(exponent) <= 40 else str(value)
    return str(value)


class Strict(fields.Field[Any], ABC):
    """A field that takes one kind of JSON value and turns nothing else into it."""

    default_error_messages = {"required": "file.missing", "null": "file.missing"}
    kind = "text"

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The value the form holds; raises what `refuse` makes."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return self.read(value)

    def wrong_type(self) -> ValidationError:
        """The fault of a value of another kind."""
        return refuse("file.type", self.kind)


class Text(Strict):
    """A text, NFC. `one_of` and `pattern` narrow it."""

    def __init__(
        self,
        *,
        limit: int | None = MAX_TEXT,
        pattern: re.Pattern[str] | None = None,
        one_of: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.limit = limit
        self.pattern = pattern
        self.one_of = tuple(one_of)

    def read(self, value: Any) -> str:
        """Refuses what cannot be printed or stored."""
        if not isinstance(value, str):
            raise self.wrong_type()
        if self.limit and len(value) > self.limit:
            raise refuse("file.limit", "text", count=len(value), limit=self.limit)
        if _UNPRINTABLE.search(value):
            raise refuse("file.text")
        if self.pattern and not self.pattern.fullmatch(value):
            raise refuse("file.code", value=value[:MAX_CODE])
        if self.one_of and value not in self.one_of:
            raise refuse("file.choice", value=value[:MAX_CODE], allowed=self.one_of)
        return unicodedata.normalize("NFC", value)


class Name(Text):
    """A code or id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(limit=MAX_CODE, pattern=NAME, **kwargs)


class Flag(Strict):
    """true or false."""

    kind = "flag"

    def read(self, value: Any) -> bool:
        """Nothing but a JSON boolean."""
        if not isinstance(value, bool):
            raise self.wrong_type()
        return value


class Whole(Strict):
    """A whole number between two limits."""

    kind = "whole"

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low = low
        self.high = high

    def read(self, value: Any) -> int:
        """Nothing but a JSON integer."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong_type()
        if not self.low <= value <= self.high:
            raise refuse("file.range", value=value, low=self.low, high=self.high)
        return value


class Number(Strict):
    """An exact decimal, written as a text or as a number; held as text."""

    kind = "number"

    def read(self, value: Any) -> str:
        """No exponent, no more than nine decimals."""
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise self.wrong_type()
        text = plain_text(value)
        if not _NUMBER.fullmatch(text):
            raise refuse("file.number", value=text[:MAX_CODE])
        return text

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        """A whole number as JSON writes it; others as text, which keeps them exact."""
        return int(value) if value is not None and _WHOLE.fullmatch(value) else value


class Day(Text):
    """A date yyyy-mm-dd, held as text."""

    def read(self, value: Any) -> str:
        """Refuses days that are in no calendar."""
        text = super().read(value)
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text):
                return text
        except ValueError:
            pass
        raise refuse("file.date", value=text[:MAX_CODE])


class AggregationRule(Strict):
    """A rule's name, or `{"rule": "weighted_mean", "by": "3"}`."""

    kind = "aggregation"
    _rule = Text(one_of=AGGREGATIONS)
    _column = Name()

    def read(self, value: Any) -> Aggregation:
        """A weighted mean names the column of its weights, the others none."""
        if isinstance(value, str):
            value = {"rule": value}
        if not isinstance(value, dict) or not {"rule"} <= value.keys() <= {"rule", "by"}:
            raise self.wrong_type()
        rule = self._rule.read(value["rule"])
        if (rule == "weighted_mean") != ("by" in value):
            raise refuse("file.weight")
        return Aggregation(cast(Any, rule), self._column.read(value["by"]) if "by" in value else None)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        if value is None or value.by is None:
            return value and value.rule
        return {"rule": value.rule, "by": value.by}


class Items(fields.List[Any]):
    """A list of values or objects."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise refuse("file.type", "list")
        return super()._deserialize(value, attr, data, **kwargs)


class Table(Strict):
    """An object whose keys are names given by the author."""

    kind = "object"

    def __init__(self, inner: fields.Field[Any], key: Strict | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key or Text(limit=200)
        self.inner = inner

    def read(self, value: Any) -> dict[str, Any]:
        """Every fault of every entry, below its key."""
        if not isinstance(value, dict):
            raise self.wrong_type()
        table: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for name, entry in value.items():
            try:
                table[self.key.read(name)] = self.inner.deserialize(entry)
            except ValidationError as error:
                faults[name] = error.messages
        if faults:
            raise ValidationError(faults)
        return table

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return {name: self.inner._serialize(entry, name, value) for name, entry in (value or {}).items()}


class Json(Strict):
    """Any JSON, its numbers as texts where they are not whole."""

    kind = "object"

    def read(self, value: Any) -> Any:
        """The outermost value is an object."""
        if not isinstance(value, dict):
            raise self.wrong_type()
        return _stored(value)


class Figure(Strict):
    """One figure as people hand it in: a text or a number; held as text."""

    kind = "figure"
    _text = Text()

    def read(self, value: Any) -> str:
        """What the text says is judged against its cell, not here."""
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise self.wrong_type()
        return self._text.read(plain_text(value))


def figures(**kwargs: Any) -> Table:
    """The field of figures by section, row, column."""
    return Table(Table(Table(Figure(allow_none=True))), **kwargs)


def _stored(value: Any) -> Any:
    match value:
        case dict():
            return {Text().read(key): _stored(item) for key, item in value.items()}
        case list():
            return [_stored(item) for item in value]
        case str():
            return Text(limit=None).read(value)
        case Decimal() | float():
            return Figure().read(value)  # refuses what lost its exact digits
    return value
