"""What the page is told of a draft: what is wrong at which spot, its rules in words with their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from weakref import WeakKeyDictionary

from designer.document import Document, Ref, ref_at, ref_of, size_of, spots
from designer.programs import Compiler
from engine.explain import explain_rule
from engine.findings import Finding, has_errors
from engine.formulas import fills
from engine.program import CompiledRule, Program
from engine.related import cells_read
from engine.review.together import review as review_rules
from engine.sheet import Place
from template_library.classification import find_marks
from template_library.examples import run_examples

MOST_CELLS = 500
MOST_FINDINGS = 500
_KEPT: "WeakKeyDictionary[Program, Review]" = WeakKeyDictionary()
LARGE = 20_000
"""Cells of a form whose rules are looked at together when it is published only: that takes seconds."""


@dataclass(frozen=True)
class Told:
    """A rule of the draft: its sentence, empty where it does not read, and the cells it touches."""

    rule: str
    sentence: Mapping[str, str]
    cells: Sequence[Place]


@dataclass(frozen=True)
class Review:
    """Findings with the things they are about, rules by id, cells that formulas fill."""

    findings: Sequence[tuple[Finding, Ref | None]]
    rules: Sequence[Told]
    computed: Sequence[Place]


def review(document: Document, compiler: Compiler) -> Review:
    """Everything wrong with a draft, and what its rules say."""
    program = compiler.program(document)
    if program is None:
        return Review([], [], [])
    return _KEPT.get(program) or _KEPT.setdefault(program, _look(document, program))


def _look(document: Document, program: Program) -> Review:
    findings = [*find_marks(program.form), *program.findings]
    if not has_errors(findings):
        findings += [*_together(document, program), *run_examples(program)]
    rules_by_code = {
        spot.node.get("code"): ref_of("rule", spot.node, spot.section)
        for spot in spots(document)
        if spot.kind == "rule"
    }
    told = [
        (finding, ref_at(document, finding.where) or rules_by_code.get(finding.rule))
        for finding in findings[:MOST_FINDINGS]
    ]
    rules = [_told(program, rule) for rule in program.rules]
    return Review(told, rules, list(fills(program.rules, program.directory)))


def _together(document: Document, program: Program) -> Sequence[Finding]:
    if size_of(document) > LARGE:
        return [Finding("review.later", "note", facts={"limit": LARGE})]
    return review_rules(program)


def _told(program: Program, rule: CompiledRule) -> Told:
    sentences = {lang: explain_rule(program, rule, lang) for lang in ("vi", "en")}
    return Told(rule.rule.id, sentences, list(islice(cells_read(program, rule), MOST_CELLS)))
