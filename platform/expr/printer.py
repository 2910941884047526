"""From tree to text, in one canonical spelling: `parse(print(tree))` gives the tree back.

Names are printed as codes where a code says which, else as ordinals or quoted titles.
"""

from collections.abc import Sequence

from expr import nodes
from expr.names import Axis, Directory, Index, SectionNames
from expr.nodes import Between, Children, Every, One, Parent, Reference, Selector, Several
from expr.numbers import print_number
from expr.text import CODE, quote

_SIGNS = {"<>": "≠", "<=": "<=", ">=": ">=", "<": "<", ">": ">", "=": "="}
# How tightly a node holds its parts; a part that holds less tightly is put in brackets.
_LOOSE = {nodes.Guard: 0, nodes.Either: 1, nodes.Both: 2, nodes.Not: 3}
_COMPARISONS = (nodes.Compare, nodes.Filled, nodes.OneOf)


def print_rule(rule: nodes.Rule, directory: Directory, section: str) -> str:
    """The canonical text of a resolved rule of `section`."""
    printer = _Printer(directory, directory.form.section[section])
    return " ".join([printer.node(rule.statement), *printer.clauses(rule)])


def print_node(node: nodes.Node, directory: Directory, section: str) -> str:
    """The canonical text of an expression of `section`."""
    return _Printer(directory, directory.form.section[section]).node(node)


def _tightness(node: nodes.Node) -> int:
    if isinstance(node, _COMPARISONS):
        return 4
    if isinstance(node, nodes.Sum):
        return 5
    if isinstance(node, nodes.Product):
        return 6
    return _LOOSE.get(type(node), 7)


def _wants_else(node: nodes.Node) -> bool:
    """True for a guard that would take the `ngược lại` that follows it."""
    while isinstance(node, nodes.Guard):
        if node.otherwise is None:
            return True
        node = node.otherwise
    return False


class _Printer:
    def __init__(self, directory: Directory, section: SectionNames) -> None:
        self.directory = directory
        self.section = section

    def inner(self, node: nodes.Node, least: int) -> str:
        text = self.node(node)
        return text if _tightness(node) >= least else f"({text})"

    def node(self, node: nodes.Node) -> str:
        match node:
            case nodes.Number() | nodes.Text() | nodes.Date() | nodes.Attribute():
                return self.leaf(node)
            case Reference():
                return self.reference(node)
            case nodes.Negative(operand):
                return f"-{self.inner(operand, 7)}"
            case nodes.Sum(terms, signs):
                texts = [self.inner(term, 6) for term in terms]
                return self.joined(texts, ["+" if sign > 0 else "-" for sign in signs])
            case nodes.Product(factors, divides):
                texts = [self.inner(part, 7) for part in factors]
                return self.joined(texts, ["/" if d else "*" for d in divides])
            case nodes.Call(name, arguments):
                return f"{name}({'; '.join(self.node(argument) for argument in arguments)})"
            case nodes.Criterion(operator, operand):
                return f"{_SIGNS[operator]} {self.inner(operand, 5)}"
        return self.logic(node)

    @staticmethod
    def leaf(node: nodes.Number | nodes.Text | nodes.Date | nodes.Attribute) -> str:
        match node:
            case nodes.Number(value, percent):
                return print_number(value) + ("%" if percent else "")
            case nodes.Text(text):
                return quote(text)
            case nodes.Date(day):
                return "/".join(reversed(day.split("-")))
            case nodes.Attribute(owner, name):
                return f"{'kỳ' if owner == 'period' else 'đơn vị'}.{name}"

    def logic(self, node: nodes.Node) -> str:
        match node:
            case nodes.Compare(operands, operators):
                texts = [self.inner(operand, 5) for operand in operands]
                return self.joined(texts, ["", *(_SIGNS[o] for o in operators)])
            case nodes.Filled(operand, wanted):
                return f"{self.inner(operand, 5)} {'phải nhập' if wanted else 'để trống'}"
            case nodes.OneOf(operand, choices, negated):
                listed = "; ".join(self.inner(choice, 5) for choice in choices)
                return f"{self.inner(operand, 5)} {'không thuộc' if negated else 'thuộc'} ({listed})"
            case nodes.Not(operand):
                return f"không phải {self.inner(operand, 3)}"
            case nodes.Both(operands):
                return " và ".join(self.inner(part, 3) for part in operands)
            case nodes.Either(operands):
                return " hoặc ".join(self.inner(part, 2) for part in operands)
            case nodes.Guard(condition, then, otherwise):
                # No bracket that is not needed: printed again, a rule at the limit of nesting stays within.
                text = f"nếu {self.node(condition)} thì "
                if otherwise is None:
                    return text + self.node(then)
                then_text = f"({self.node(then)})" if _wants_else(then) else self.node(then)
                return f"{text}{then_text} ngược lại {self.node(otherwise)}"
        raise TypeError(node)

    @staticmethod
    def joined(texts: Sequence[str], signs: Sequence[str]) -> str:
        return texts[0] + "".join(f" {s} {t}" for s, t in zip(signs[1:], texts[1:], strict=True))

    # --- references

    def reference(self, reference: Reference) -> str:
        section = self.directory.names_of(reference.source.form).section[reference.section]
        rows, columns = reference.rows, reference.columns
        if rows is not None and columns is not None:
            inside = f"{self.picked(rows, section, 'row')}; {self.picked(columns, section, 'column')}"
            text = f"ô [{inside}]"
        elif rows is not None:
            text = self.axis(rows, section, "row")
        else:
            text = self.axis(columns or Every(), section, "column")
        return text + self.source(reference)

    def axis(self, selector: Selector, section: SectionNames, axis: Axis) -> str:
        word = "dòng" if axis == "row" else "cột"
        picked = self.picked(selector, section, axis)
        return picked if isinstance(selector, Every | Children | Parent) else f"{word} {picked}"

    def picked(self, selector: Selector, section: SectionNames, axis: Axis) -> str:
        index = section.index[axis]
        match selector:
            case One(name):
                return spell(index, name.text)
            case Between(first, last):
                return f"{spell(index, first.text)} đến {spell(index, last.text)}"
            case Several(picks):
                return f"({'; '.join(self.picked(pick, section, axis) for pick in picks)})"
            case Every():
                return "mọi dòng" if axis == "row" else "mọi cột"
            case Children(of):
                return f"dòng con của {spell(index, of.text)}" if of else "dòng con"
            case Parent():
                return "dòng cha"

    def source(self, reference: Reference) -> str:
        text = ""
        source = reference.source
        if source.form is not None or reference.section != self.section.id:
            code = source.form.text if source.form else self.directory.form.section[reference.section].code
            text += f" của biểu {code if CODE.fullmatch(code) else quote(code)}"
        if source.agency is not None:
            text += f" của đơn vị {quote(source.agency)}"
        if source.time is not None:
            text += f" của {self.time(source.time)}"
        return text

    @staticmethod
    def time(time: nodes.Time) -> str:
        if time.kind != "previous":
            return "năm trước" if time.kind == "last_year" else "cùng kỳ năm trước"
        words = "kỳ trước trong năm" if time.in_year else "kỳ trước"
        return words if time.back == 1 else f"{words} ({time.back})"

    # --- clauses

    def clauses(self, rule: nodes.Rule) -> list[str]:
        texts = [self.narrowing(narrowing) for narrowing in rule.narrowings]
        if rule.tolerance is not None:
            kind, value = rule.tolerance.kind, print_number(rule.tolerance.value)
            texts.append(f"sai số {'tự động' if kind == 'auto' else value + '%' * (kind == 'relative')}")
        if rule.blanks is not None:
            texts.append("trống là 0" if rule.blanks == "zero" else "bỏ qua nếu trống")
        if rule.when is not None:
            texts.append(f"chỉ khi {self.inner(rule.when, 1)}")
        if rule.severity is not None:
            texts.append("cảnh báo" if rule.severity == "warning" else "báo lỗi")
        if rule.message is not None:
            texts.append(f"thông báo {quote(rule.message)}")
        return texts

    def narrowing(self, narrowing: nodes.Narrowing) -> str:
        word = "trừ" if narrowing.without else "trong"
        return f"{word} {self.axis(narrowing.picks, self.section, narrowing.axis)}"


def spell(index: Index, ident: str) -> str:
    """The shortest way to name a thing that finds it and nothing else."""
    thing = index.by_id[ident]
    for text in (thing.code, thing.ordinal, thing.title):
        if text and index.find(text) == [ident]:
            return text if CODE.fullmatch(text) and text.lower() not in _RESERVED else quote(text)
    return quote(thing.code)


_RESERVED = frozenset({"row", "column", "form", "unit", "cell", "to", "in", "of", "except"})
