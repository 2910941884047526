"""A formula of Excel as a tree: openpyxl tokens, read by precedence, never run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import column_index_from_string

from designer.excel.grid import Box

DEEPEST = 40
LONGEST = 4_000

_RANGE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!\[\]]+)!)?\$?(?P<a>[A-Z]{1,3})\$?(?P<b>\d{1,7})(?::\$?(?P<c>[A-Z]{1,3})\$?(?P<d>\d{1,7}))?"
)
_BINDING = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3}
_KNOWN = frozenset(
    {"SUM", "ROUND", "AVERAGE", "MIN", "MAX", "ABS", "COUNT", "COUNTA", "IF", "IFERROR", "ISERROR", "ISERR"}
    | {"ISBLANK", "AND", "OR", "PRODUCT", "N"}
)


class Untranslatable(Exception):
    """A formula that the language has no words for; `what` names the part."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(kind)
        self.kind, self.what = kind, what


@dataclass(frozen=True, slots=True)
class Number:
    """A number as typed."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Cells:
    """A cell or a block of them, of another sheet where one is named."""

    box: Box
    sheet: str | None = None

    @property
    def is_single(self) -> bool:
        """Whether it is one cell."""
        return self.box.top == self.box.bottom and self.box.left == self.box.right


@dataclass(frozen=True, slots=True)
class Operation:
    """Two sides and what stands between them."""

    sign: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; `-` and `%` count as functions of one argument."""

    name: str
    arguments: tuple["Tree", ...]


Tree = Number | Text | Cells | Operation | Call


def read_formula(text: str) -> Tree:
    """The tree of a formula; raises Untranslatable, naming what stands in the way."""
    if len(text) > LONGEST:
        raise Untranslatable("long", str(len(text)))
    try:
        tokens = [token for token in Tokenizer(text).items if token.type != Token.WSPACE]
    except (TokenizerError, IndexError, AttributeError, KeyError, ValueError):
        raise Untranslatable("syntax", text[:50]) from None
    reader = _Reader(tokens)
    tree = reader.expression(0, 0)
    if reader.here is not None:
        raise Untranslatable("syntax", reader.here.value)
    return tree


def cells_of(tree: Tree) -> Iterator[Cells]:
    """Every reference of a formula."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case Cells():
                yield node
            case Operation(_, left, right):
                waiting += [right, left]
            case Call(_, arguments):
                waiting += reversed(arguments)


def without_fallback(tree: Tree) -> Tree:
    """What counts of `IFERROR(x;0)`, `IF(b=0;"";a/b)`, `IF(ISERROR(x);"";x)`: our division needs no guard."""
    match tree:
        case Call("IFERROR", (inner, fallback)) if _is_nothing(fallback):
            return without_fallback(inner)
        case Call("IF", (condition, fallback, inner)) if _is_nothing(fallback) and _guards(condition, inner):
            return without_fallback(inner)
        case Call("IF", (condition, inner, fallback)) if _is_nothing(fallback) and _guards(condition, inner):
            return without_fallback(inner)
        case Call("IF", (condition, inner)) if _guards(condition, inner):
            return without_fallback(inner)
        case Call("N", (inner,)):
            return without_fallback(inner)
    return tree


def _is_nothing(tree: Tree) -> bool:
    return tree in (Number(Decimal(0)), Text(""), Text("-")) or (
        isinstance(tree, Text) and not tree.value.strip()
    )


def _guards(condition: Tree, inner: Tree) -> bool:
    """Whether a condition only asks if what is divided by is there."""
    match condition:
        case Call("ISERROR" | "ISERR", _):
            return True
        case Call("ISBLANK", (Cells() as asked,)):
            return asked in set(cells_of(inner))
        case Operation("=" | "<>" | ">", Cells() as asked, other) if _is_nothing(other):
            return asked in set(_divisors(inner)) or (
                isinstance(other, Text) and asked in set(cells_of(inner))
            )
        case Operation("=" | "<>" | ">", Call("SUM", _) as asked_sum, other) if _is_nothing(other):
            return bool(set(cells_of(asked_sum)) & set(_divisors(inner)))
        case Call("OR" | "AND", parts):
            return all(_guards(part, inner) for part in parts)
    return False


def _divisors(tree: Tree) -> Iterator[Cells]:
    match tree:
        case Operation("/", left, right):
            yield from cells_of(right)
            yield from _divisors(left)
        case Operation(_, left, right):
            yield from _divisors(left)
            yield from _divisors(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from _divisors(argument)


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0

    @property
    def here(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        if self.here is None:
            raise Untranslatable("syntax", "…")
        self.at += 1
        return self.tokens[self.at - 1]

    def expression(self, least: int, depth: int) -> Tree:
        if depth > DEEPEST:
            raise Untranslatable("long", str(depth))
        left = self.operand(depth)
        while (token := self.here) is not None:
            if token.type == Token.OP_POST:
                self.take()
                left = Call("%", (left,))
                continue
            if token.type != Token.OP_IN:
                break
            binding = _BINDING.get(token.value)
            if binding is None:
                raise Untranslatable("sign", token.value.strip() or "∩")
            if binding <= least:
                break
            self.take()
            left = Operation(token.value, left, self.expression(binding, depth + 1))
        return left

    def operand(self, depth: int) -> Tree:
        token = self.take()
        if token.type == Token.OP_PRE:
            inner = self.expression(3, depth + 1)
            return inner if token.value == "+" else Call("-", (inner,))
        if token.type == Token.OPERAND:
            return _operand(token)
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            inner = self.expression(0, depth + 1)
            self.close()
            return inner
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            return self.call(token, depth)
        raise Untranslatable("syntax", token.value)

    def call(self, token: Token, depth: int) -> Tree:
        name = token.value.rstrip("(").upper().removeprefix("_XLFN.")
        if name not in _KNOWN:
            raise Untranslatable("function", name)
        arguments: list[Tree] = []
        while self.here is not None and self.here.subtype != Token.CLOSE:
            if self.here.type == Token.SEP:
                self.take()
                continue
            arguments.append(self.expression(0, depth + 1))
        self.close()
        return Call(name, tuple(arguments))

    def close(self) -> None:
        if self.take().subtype != Token.CLOSE:
            raise Untranslatable("syntax", ")")


def _operand(token: Token) -> Tree:
    text = token.value
    if token.subtype == Token.NUMBER:
        try:
            return Number(Decimal(text))
        except InvalidOperation:
            raise Untranslatable("syntax", text) from None
    if token.subtype == Token.TEXT:
        return Text(text[1:-1].replace('""', '"'))
    if token.subtype != Token.RANGE:
        raise Untranslatable("value", text)
    return read_reference(text)


def read_reference(text: str) -> Cells:
    """A cell or a block of cells as a formula names them; raises Untranslatable."""
    if "[" in text:
        raise Untranslatable("book", text)
    found = _RANGE.fullmatch(text)
    if not found:
        raise Untranslatable(
            "columns" if re.fullmatch(r".*\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|.*\$?\d+:\$?\d+", text) else "name",
            text,
        )
    sheet = found["sheet"]
    rows = sorted((int(found["b"]), int(found["d"] or found["b"])))
    columns = sorted(column_index_from_string(name) for name in (found["a"], found["c"] or found["a"]))
    box = Box(rows[0], columns[0], rows[1], columns[1])
    return Cells(box, sheet.strip("'").replace("''", "'") if sheet else None)
