"""A rule as a sentence in Vietnamese or English, for people who did not write it.

*Ở mỗi cột số: dòng 1 "Thu ngân sách" phải bằng dòng 1.1 "Thu nội địa" cộng dòng 1.2 "Thu xuất nhập khẩu".*
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from expr import nodes
from expr.names import Directory, Named, SectionNames
from expr.nodes import Between, Children, Every, One, Parent, Reference, Selector, Several
from expr.numbers import print_number
from expr.signatures import Functions
from expr.targets import Run
from expr.types import attribute_name
from expr.vocabulary import VOCABULARIES, Vocabulary

MOST_NAMES = 12


def describe_rule(
    rule: nodes.Rule,
    directory: Directory,
    section: str,
    lang: str = "vi",
    *,
    computed: bool = False,
    functions: Functions | None = None,
) -> str:
    """The sentence of a resolved rule of `section`; a formula is told as one when `computed`."""
    words = VOCABULARIES[lang]
    told = {each.name: each.told[lang == "en"] for each in functions or () if each.told}
    words = replace(words, functions={**words.functions, **told}) if told else words
    return _Narrator(directory, directory.form.section[section], words).rule(rule, computed)


class _Narrator:
    def __init__(self, directory: Directory, section: SectionNames, words: Vocabulary) -> None:
        self.directory = directory
        self.section = section
        self.words = words

    def rule(self, rule: nodes.Rule, computed: bool) -> str:
        sentence = self.statement(rule.statement, computed)
        if rule.when is not None:
            sentence = f"{self.words['when']} {self.node(rule.when)}, {sentence}"
        scope, left_out = self.scope(rule)
        text = f"{scope}: {sentence}" if scope else sentence
        for extra in (*self.clauses(rule), left_out):
            text += f"; {extra}" if extra else ""
        return text[:1].upper() + text[1:] + "."

    def scope(self, rule: nodes.Rule) -> tuple[str, str]:
        """(over what the rule runs, which numeric columns and which rows with figures it leaves out)."""
        refs = list(nodes.references(rule))
        kinds = {reference.kind for reference in refs}
        targets = Run(rule, self.section, self.directory).targets()
        columns, without_columns = self.over_columns(rule, {target.column for target in targets})
        rows = {target.row for target in targets}
        if any(isinstance(reference.rows, Parent) for reference in refs):
            parents = f"{self.words['each_parent']} ({self.listed('row', rows)})"
            left_out = self.left_out("row", [row.id for row in self.section.parents()], rows)
            if "row" not in kinds:
                return parents, left_out
            return f"{parents}, {columns}", "; ".join(filter(None, (left_out, without_columns)))
        if "row" in kinds:
            return columns, without_columns
        if "column" in kinds:
            if rule.narrowings:
                return f"{self.words['on_rows']} {self.listed('row', rows)}", ""
            having = [row.id for row in self.section.rows if row.has_cells]
            return self.words["each_row"], self.left_out("row", having, rows)
        return "", ""

    def over_columns(self, rule: nodes.Rule, ran: set[str | None]) -> tuple[str, str]:
        if any(n.axis == "column" and not n.without and n.picks != Every() for n in rule.narrowings):
            return f"{self.words['in_columns']} {self.listed('column', ran)}", ""
        numeric = [column.id for column in self.section.columns if self.is_numeric(column.id)]
        return self.words["each_column"], self.left_out("column", numeric, ran)

    def left_out(self, axis: str, all_of_them: Iterable[str], ran: set[str | None]) -> str:
        rest = [ident for ident in all_of_them if ident not in ran]
        return f"{self.words[f'not_for_{axis}s']} {self.listed(axis, rest)}" if rest else ""

    def listed(self, axis: str, idents: Iterable[str | None]) -> str:
        """The rows or columns in display order, the first of many."""
        things: Sequence[Named] = self.section.columns if axis == "column" else self.section.rows
        wanted = set(idents)
        names = [self.named(things, thing.id) for thing in things if thing.id in wanted]
        return ", ".join(names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "…"])

    def is_numeric(self, column: str) -> bool:
        found = self.section.column[column]
        facts = (self.section.cell(row, found) for row in self.section.rows if row.has_cells)
        return any(fact is not None and fact.kind == "number" for fact in facts)

    def clauses(self, rule: nodes.Rule) -> list[str]:
        texts = []
        if rule.tolerance is not None:
            kind = rule.tolerance.kind
            value = self.number(rule.tolerance.value) + ("%" if kind == "relative" else "")
            texts.append(self.words["auto"] if kind == "auto" else f"{self.words['tolerance']} {value}")
        if rule.blanks is not None:
            texts.append(self.words[f"blanks_{rule.blanks}"])
        if rule.severity == "warning":
            texts.append(self.words["warning"])
        return texts

    def statement(self, node: nodes.Node, computed: bool) -> str:
        if computed and isinstance(node, nodes.Compare):
            left, right = node.operands[:2]
            return f"{self.node(left)} {self.words['is_computed']} {self.node(right)}"
        if isinstance(node, nodes.Guard):
            text = f"{self.words['if']} {self.node(node.condition)} {self.words['then']} "
            text += self.statement(node.then, False)
            if node.otherwise is not None:
                text += f", {self.words['else']} {self.statement(node.otherwise, False)}"
            return text
        if isinstance(node, nodes.Compare):
            return self.compared(node, "must ")
        if isinstance(node, nodes.Filled | nodes.OneOf):
            return self.node(node, must="must ")
        return f"{self.words['must_hold']} {self.node(node)}"

    def compared(self, node: nodes.Compare, must: str = "") -> str:
        sides = [self.node(operand) for operand in node.operands]
        pairs = zip(sides[:-1], node.operators, sides[1:], strict=True)
        told = [f"{left} {self.words[must + operator]} {right}" for left, operator, right in pairs]
        return f"{self.words['comma']} {self.words['and']} ".join(told)

    def node(self, node: nodes.Node, must: str = "") -> str:
        match node:
            case nodes.Number() | nodes.Text() | nodes.Date() | nodes.Attribute():
                return self.leaf(node)
            case Reference():
                return self.reference(node)
            case nodes.Negative(operand):
                return f"{self.words['minus']} {self.bracketed(operand, nodes.Sum, nodes.Product)}"
            case nodes.Sum(terms, signs):
                signed = [(self.words["plus"] if s > 0 else self.words["minus"]) for s in signs]
                return self.chained([self.bracketed(term, nodes.Sum) for term in terms], signed)
            case nodes.Product(factors, divides):
                texts = [self.bracketed(part, nodes.Sum, nodes.Product) for part in factors]
                return self.chained(texts, [self.words["by" if d else "times"] for d in divides])
            case nodes.Call():
                return self.call(node)
            case nodes.Compare():
                return self.compared(node)
            case nodes.Criterion(operator, operand):
                return f"{self.words[operator]} {self.node(operand)}"
        return self.logic(node, must)

    def leaf(self, node: nodes.Number | nodes.Text | nodes.Date | nodes.Attribute) -> str:
        match node:
            case nodes.Number(value, percent):
                return self.number(value) + ("%" if percent else "")
            case nodes.Text(text):
                return f'"{text}"'
            case nodes.Date(day):
                return "/".join(reversed(day.split("-")))
            case nodes.Attribute(owner, name):
                known = self.words.attributes.get(attribute_name(name))
                return known or f"{name.replace('_', ' ')} {self.words[f'of_{owner}']}"

    def number(self, value: Decimal) -> str:
        """A number in the reader's style; thousands stay ungrouped, as in rules."""
        text = print_number(value)
        return text if self.words["decimal_mark"] == "," else text.replace(",", ".")

    def logic(self, node: nodes.Node, must: str) -> str:
        match node:
            case nodes.Filled(operand, wanted):
                return f"{self.node(operand)} {self.words[must + ('filled' if wanted else 'blank')]}"
            case nodes.OneOf(operand, choices, negated):
                listed = ", ".join(self.node(choice) for choice in choices)
                words = self.words[must + ("not_one_of" if negated else "one_of")]
                return f"{self.node(operand)} {words} {listed}"
            case nodes.Not(operand):
                return f"{self.words['not']} ({self.node(operand)})"
            case nodes.Both(operands):
                looser = (nodes.Either, nodes.Guard)
                return f" {self.words['and']} ".join(self.bracketed(part, *looser) for part in operands)
            case nodes.Either(operands):
                return f" {self.words['or']} ".join(self.bracketed(part, nodes.Guard) for part in operands)
            case nodes.Guard(condition, then, otherwise):
                text = f"{self.words['if']} {self.node(condition)} {self.words['then']} {self.node(then)}"
                return text if otherwise is None else f"{text} {self.words['else']} {self.node(otherwise)}"
        raise TypeError(node)

    def bracketed(self, node: nodes.Node, *kinds: type[nodes.Node]) -> str:
        return f"({self.node(node)})" if isinstance(node, kinds) else self.node(node)

    @staticmethod
    def chained(texts: Sequence[str], words: Sequence[str]) -> str:
        return texts[0] + "".join(f" {word} {text}" for word, text in zip(words[1:], texts[1:], strict=True))

    def call(self, call: nodes.Call) -> str:
        many = call.name == "tổng_nếu" and len(call.arguments) > 2
        known = self.words.functions.get("tổng_nếu …" if many else call.name)
        arguments = [self.node(argument) for argument in call.arguments]
        if call.name in ("đếm_nếu", "tổng_nếu") and isinstance(call.arguments[1], nodes.Text):
            arguments[1] = f"{self.words['=']} {arguments[1]}"
        if known:
            return known.format(*arguments, all=", ".join(arguments))
        return f"{call.name}({'; '.join(arguments)})"

    # --- references

    def reference(self, reference: Reference) -> str:
        section = self.directory.names_of(reference.source.form).section[reference.section]
        parts = []
        if reference.rows is not None:
            parts.append(self.picked(reference.rows, section.rows, "row"))
        if reference.columns is not None:
            parts.append(self.picked(reference.columns, section.columns, "column"))
        text = ", ".join(parts)
        if len(parts) == 2:
            text = f"{self.words['cells' if reference.is_set else 'cell']} ({text})"
        return text + self.source(reference)

    def picked(self, selector: Selector, things: Sequence[Named], axis: str) -> str:
        word = self.words[axis]
        match selector:
            case One(name):
                return f"{word} {self.named(things, name.text)}"
            case Between(first, last):
                ends = (self.named(things, first.text), self.named(things, last.text))
                return f"{word} {ends[0]} {self.words['to']} {ends[1]}"
            case Several(picks):
                return ", ".join(self.picked(pick, things, axis) for pick in picks)
            case Every():
                return self.words[f"every_{axis}"]
            case Children(of):
                return (
                    f"{self.words['children_of']} {self.named(things, of.text)}"
                    if of
                    else self.words["children"]
                )
            case Parent():
                return self.words["parent"]

    @staticmethod
    def named(things: Sequence[Named], ident: str | None) -> str:
        thing = next((thing for thing in things if thing.id == ident), None)
        if thing is None:
            return str(ident)
        label = thing.ordinal or thing.code
        return f'{label} "{thing.title}"' if thing.title else label

    def source(self, reference: Reference) -> str:
        source, text = reference.source, ""
        if source.form is not None or reference.section != self.section.id:
            code = source.form.text if source.form else self.directory.form.section[reference.section].code
            text += f" {self.words['of_form']} {code}"
        if source.agency is not None:
            text += f" {self.words['of_the_agency']} {source.agency}"
        if source.time is not None:
            text += f" {self.time(source.time)}"
        return text

    def time(self, time: nodes.Time) -> str:
        if time.kind != "previous":
            return self.words[time.kind]
        text = self.words["previous"] if time.back == 1 else self.words["back"].format(time.back)
        return text + (f" {self.words['in_year']}" if time.in_year else "")
