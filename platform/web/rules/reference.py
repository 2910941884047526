"""The reference of the rule language, made from its grammar, its functions and examples that run.

`reference` puts it together as a value; the page shows it, and `markdown` writes it for docs/language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from core.messages import sentence, show
from engine.calculate import calculate
from engine.check import check_form
from engine.explain import explain_rule
from engine.figures import read_figures
from engine.form import NUMERIC_TYPES, Column, Rule
from engine.given import read_context
from engine.program import compile_form
from expr.complete import KEYWORDS
from expr.complete import told as call_told
from expr.faults import CODES
from expr.parser import MAX_CHARACTERS, MAX_NESTING, MAX_TOKENS
from expr.signatures import Functions, Signature
from web.rules.reference_texts import CHAPTERS, CONTEXT, FIGURES, FUNCTIONS, SAMPLE, Entry, Shown

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Cách viết quy tắc", "How rules are written"),
    "intro": (
        "Trang này được lập từ ngữ pháp, bảng hàm và các ví dụ; mỗi ví dụ được chạy trên biểu nhỏ sau.",
        "This page is made from the grammar, the functions and examples; each runs on this small form.",
    ),
    "functions": ("Hàm", "Functions"),
    "keywords": ("Từ khóa", "Keywords"),
    "vietnamese": ("tiếng Việt", "Vietnamese"),
    "english": ("tiếng Anh", "English"),
    "verdicts": ("Kết quả của một quy tắc", "What a rule can say"),
    "errors": ("Lỗi khi viết", "Faults in a rule"),
    "limits": ("Giới hạn", "Limits"),
    "row": ("Dòng", "Row"),
    "also": ("cũng viết", "also"),
    "limits_told": (
        f"Một quy tắc dài nhất {MAX_CHARACTERS} ký tự, {MAX_TOKENS} từ, lồng nhau {MAX_NESTING} tầng.",
        f"A rule has at most {MAX_CHARACTERS} characters, {MAX_TOKENS} words, and nests {MAX_NESTING} deep.",
    ),
}
VERDICTS: Mapping[str, tuple[str, str]] = {
    "pass": ("đạt", "it holds"),
    "fail": ("không đạt", "it fails"),
    "na:guard": ("không áp dụng: điều kiện không xảy ra", "not applied: its condition does not hold"),
    "na:blank": ("không áp dụng: ô trống", "not applied: blank"),
    "na:mark": ("không áp dụng: ô đánh dấu x", "not applied: a cell is marked x"),
    "na:div0": ("không áp dụng: chia cho 0", "not applied: division by zero"),
    "na:no_period": ("không áp dụng: chưa có báo cáo kỳ đó", "not applied: no report of that period"),
    "na:no_form": ("không áp dụng: biểu kia chưa có báo cáo", "not applied: no report on that form"),
    "na:no_children": ("không áp dụng: không có đơn vị cấp dưới", "not applied: no agencies below"),
    "na:divided": ("không áp dụng: đơn vị cũ đã chia tách", "not applied: the former agency was divided"),
}


@dataclass(frozen=True)
class ToldExample:
    """A rule with its verdict in words and what it says."""

    text: str
    verdict: str
    told: str


@dataclass(frozen=True)
class ToldEntry:
    """Words, and examples; `name` where it is a function."""

    text: str
    examples: Sequence[ToldExample]
    name: str = ""


@dataclass(frozen=True)
class Reference:
    """All of it in one language."""

    words: Mapping[str, str]
    sample: Sequence[Sequence[str]]
    chapters: Sequence[tuple[str, Sequence[ToldEntry]]]
    functions: Sequence[ToldEntry]
    keywords: Sequence[tuple[str, str]]
    verdicts: Mapping[str, str]
    errors: Mapping[str, str]


@lru_cache(maxsize=8)
def reference(lang: str, functions: Functions) -> Reference:
    """The reference in a language, for a table of functions."""
    at = int(lang == "en")

    def entry(each: Entry, name: str = "") -> ToldEntry:
        examples = [_example(shown, lang, functions) for shown in each.examples]
        return ToldEntry((each.vi, each.en)[at], examples, name)

    return Reference(
        {key: told[at] for key, told in WORDS.items()},
        list(_sample(at)),
        [((chapter.vi, chapter.en)[at], [entry(each) for each in chapter.entries]) for chapter in CHAPTERS],
        [entry(entry_of(each), _call(each, at)) for each in functions],
        list(KEYWORDS.values()),
        {verdict: told[at] for verdict, told in VERDICTS.items()},
        {code: re.sub(r"\{\w+\}", "…", sentence(code, {}, lang)) for code in CODES},
    )


def entry_of(signature: Signature) -> Entry:
    """What the reference says of a function: ours by name, a plug-in's brings it along."""
    if signature.name in FUNCTIONS:
        return FUNCTIONS[signature.name]
    return Entry(*signature.about, tuple(Shown(text) for text in signature.examples))


def run(shown: Shown, functions: Functions, lang: str = "vi") -> tuple[str, str]:
    """(verdict on the sample, what the rule says); it fails where it fails anywhere."""
    rule = Rule("X", "X", shown.text, computed=shown.computed)
    section = replace(SAMPLE.sections[0], rules=(rule,))
    program = compile_form(replace(SAMPLE, sections=(section,)), functions=functions)
    if not program.rules:
        return "; ".join(finding.key for finding in program.findings), ""
    sheet, faults = read_figures(program.layout, FIGURES)
    context, misread = read_context(program, CONTEXT)
    assert not faults and not misread, (faults, misread)
    found = check_form(program, calculate(program, sheet, context).sheet, context).verdicts["X"]
    verdicts = [found] if isinstance(found, str) else list(found.values())
    verdict = min(verdicts, key=lambda each: ("fail", "pass").index(each) if each in ("fail", "pass") else 2)
    return verdict, explain_rule(program, program.rules[0], lang)


def _example(shown: Shown, lang: str, functions: Functions) -> ToldExample:
    verdict, told = run(shown, functions, lang)
    return ToldExample(shown.text, VERDICTS.get(verdict, (verdict, verdict))[lang == "en"], told)


def _call(signature: Signature, at: int) -> str:
    """How a function is called, and by which other names."""
    names = [signature.name, signature.english][:: -1 if at else 1]
    others = ", ".join([names[1], *signature.also])
    return f"{call_told(signature, names[0], ('vi', 'en')[at])} ({WORDS['also'][at]} {others})"


def _sample(at: int) -> Iterator[list[str]]:
    section, figures = SAMPLE.sections[0], FIGURES["A"]
    yield [WORDS["row"][at], *(f"{column.ordinal}. {column.title}" for column in section.columns)]
    for row in (each for top in section.rows.items for each in (top, *top.children)):
        cells = (_figure(figures[row.id].get(column.id, ""), column, at) for column in section.columns)
        yield [f"{row.ordinal} {row.title}", *cells]


def _figure(text: str, column: Column, at: int) -> str:
    if column.properties.type in NUMERIC_TYPES and text:
        return show(Decimal(text), ("vi", "en")[at])
    return "/".join(reversed(text.split("-"))) if column.properties.type == "date" else text


def markdown(told: Reference) -> str:
    """The reference as a document."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Reference) -> Iterator[str]:
    words = told.words
    yield from (f"# {words['title']}", "", words["intro"], "")
    yield from _table(told.sample)
    for title, entries in told.chapters:
        yield from ("", f"## {title}")
        for entry in entries:
            yield from ("", entry.text, "", *_examples(entry))
    yield from ("", f"## {words['functions']}")
    for entry in told.functions:
        yield from ("", f"**`{entry.name}`** – {entry.text}", "", *_examples(entry))
    yield from ("", f"## {words['keywords']}", "")
    yield from _table([[words["vietnamese"], words["english"]], *(list(pair) for pair in told.keywords)])
    yield from ("", f"## {words['verdicts']}", "")
    yield from (f"- `{verdict}`: {text}" for verdict, text in told.verdicts.items())
    yield from ("", f"## {words['errors']}", "")
    yield from (f"- `{code}`: {text}" for code, text in told.errors.items())
    yield from ("", f"## {words['limits']}", "", words["limits_told"])


def _examples(entry: ToldEntry) -> Iterator[str]:
    for example in entry.examples:
        yield f"- `{example.text}` → {example.verdict}. {example.told}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    head, *body = rows
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in body)
