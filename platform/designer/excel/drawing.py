"""From a workbook to the draft of a template, with how sure each part is and what a person should look at."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from designer.excel import around, example, infer
from designer.excel.around import Around
from designer.excel.beside import apart, caption
from designer.excel.doubts import Answers, Doubt, Inquiry, Questions, Score
from designer.excel.grid import Sheet, address
from designer.excel.outline import draw_outline
from designer.excel.reading import Workbook, read_workbook
from designer.excel.recalculating import held_against, recalculated
from designer.excel.regions import Table, find_tables, is_numeric
from designer.excel.rules import Drawn, draw_rules
from designer.excel.section import Section, draw_section
from engine.findings import Finding, has_errors
from engine.form import Form
from engine.layout import Layout
from engine.naming import Naming
from engine.program import compile_form
from expr.names import Directory
from expr.printer import print_rule
from expr.text import fold
from template_library.fileformat import data_to_template
from template_library.template_shapes import FORMAT

PARTS = ("name", "header", "rows", "types", "units", "rules", "figures")
MOST_TABLES = 40
MOST_LEFT_OUT = 200
_LETTERS = "ABCDEGHIKLMNOPQRSTUVXYZ"


@dataclass(frozen=True)
class Drawing:
    """A draft drawn from a workbook; `form` is None where a finding says why there is none."""

    form: Form | None
    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...] = ()
    confidence: Mapping[str, int] | None = None
    sections: tuple[Section, ...] = ()
    workbook: Workbook | None = None


def draw(data: bytes, name: str, answers: Answers) -> Drawing:
    """The draft of a workbook's tables; `name` is what the file is called."""
    workbook = read_workbook(data)
    if has_errors(workbook.findings):
        return Drawing(None, workbook.findings, workbook=workbook)
    return draw_workbook(workbook, name, answers)


def draw_workbook(workbook: Workbook, name: str, answers: Answers) -> Drawing:
    """The same from sheets that are read already."""
    questions = Questions(answers)
    tables = _tables(workbook, questions)
    if not tables:
        return _narrative(workbook, name)
    findings = list(workbook.findings)
    surroundings, sections = _sections(tables, questions)
    header = _header(surroundings, name)
    scores = {part: Score() for part in PARTS}
    for section in sections:
        for part, score in section.inquiry.scores.items():
            scores[part].add(score)
    scores["name"].count(bool(surroundings[0].name))
    document = (
        header
        | {"sections": [section.data for section in sections]}
        | _layout(surroundings, sections[0].table.sheet)
    )
    form, faults = data_to_template(document)
    if form is None:
        return Drawing(None, (*findings, *faults), workbook=workbook, doubts=tuple(questions.asked.values()))
    drawn = _rules(sections, findings, questions, scores["rules"])
    form = _with_rules(form, document, sections, drawn)
    form, told = _with_example(form, document, sections, drawn, workbook, scores["figures"])
    findings += told
    return Drawing(
        form,
        tuple(findings),
        tuple(questions.asked.values()),
        {part: score.confidence for part, score in scores.items() if score.found},
        tuple(sections),
        workbook,
    )


def _narrative(workbook: Workbook, name: str) -> Drawing:
    """Without a table, the numbered headings of the first sheet that has any."""
    found = next((part for sheet in workbook.sheets if (part := draw_outline(sheet, "A"))), None)
    if found is None:
        return Drawing(None, (*workbook.findings, Finding("workbook.no_table")), workbook=workbook)
    place, outline = found
    told = around.read_above(place, 0)
    around.read_below(place, place.sheet.bottom + 1, told)
    document = _header([told], name) | {"sections": [outline]} | _layout([told], place.sheet)
    form, faults = data_to_template(document)
    return Drawing(form, (*workbook.findings, *faults), (), {"rows": 80} if form else None, (), workbook)


# --- which tables -----------------------------------------------------------------------------------------


def _tables(workbook: Workbook, questions: Questions) -> list[Table]:
    """The tables of all sheets; sheets alike in their headers are one form filled several times."""
    tables: list[Table] = []
    known: dict[tuple[str, ...], str] = {}
    for sheet in workbook.sheets:
        found = find_tables(sheet, _moved(sheet, questions))
        if not found:
            continue
        look = tuple(text for table in found for text in _look(table))
        guess = "skip" if look in known and not _is_read(sheet, workbook, known[look]) else "take"
        known.setdefault(look, sheet.name)
        name = f"sheet:{sheet.name}"
        if len(workbook.sheets) > 1:
            guess, _ = questions.ask(
                name, "doubt.sheet", sheet.name, ("take", "skip"), guess, sheet=sheet.name
            )
        if guess == "take":
            tables += found
    for table in tables[:MOST_TABLES]:
        if not _is_plain(table) or f"body:{table.sheet.name}:{table.top}" in questions.answers:
            where = f"{table.sheet.name}!{address(table.first, table.left)}"
            name = f"body:{table.sheet.name}:{table.top}"
            questions.ask(name, "doubt.body", where, ("-1", "0", "1"), "0", row=table.first)
    return [part for table in tables[:MOST_TABLES] for part in apart(table, questions)][:MOST_TABLES]


def _is_read(sheet: Sheet, workbook: Workbook, alike: str) -> bool:
    """Whether another sheet's formulas read it: then it is no second filling of the one it is `alike`."""
    named = (f"{sheet.name}!", f"'{sheet.name}'!")
    return any(
        cell.formula and any(name in cell.formula for name in named)
        for other in workbook.sheets if other.name not in (sheet.name, alike) for cell in other.cells.values()
    )  # fmt: skip


def _is_plain(table: Table) -> bool:
    """Whether the end of the header cannot be mistaken: by a number line, merged cells, figures below."""
    merged = any(box.top >= table.top and box.bottom <= table.header_bottom for box in table.sheet.merges)
    below = table.sheet.row(table.first)
    return table.numbers is not None or merged or any(is_numeric(cell) for cell in below.values())


def _moved(sheet: Sheet, questions: Questions) -> dict[int, int]:
    start = f"body:{sheet.name}:"
    return {
        int(name.removeprefix(start)): int(answer)
        for name, answer in questions.answers.items()
        if name.startswith(start) and name.removeprefix(start).isdecimal() and answer in ("-1", "1")
    }


def _look(table: Table) -> list[str]:
    rows = range(table.top, table.header_bottom + 1)
    header = [fold(table.sheet.text(row, column)) for row in rows for column in table.columns]
    titles = [
        fold(table.sheet.text(row, column)) for row in table.rows for column in (table.left, table.left + 1)
    ]
    return header + titles


def _sections(tables: Sequence[Table], questions: Questions) -> tuple[list[Around], list[Section]]:
    surroundings: list[Around] = []
    sections: list[Section] = []
    ends: dict[str, int] = {}
    for number, table in enumerate(tables):
        others = [t for t in tables if t is not table and t.sheet is table.sheet and t.top == table.top]
        if others and others[0].left < table.left:  # what stands above stands above all of them
            told = Around(unit=surroundings[-1].unit)
        else:
            told = around.read_above(table, ends.get(table.sheet.name, 0))
        ends[table.sheet.name] = table.last
        if number + 1 == len(tables) or tables[number + 1].sheet is not table.sheet:
            around.read_below(table, table.sheet.bottom + 1, told)
        code = _LETTERS[number] if number < len(_LETTERS) else f"S{number + 1}"
        inquiry = Inquiry(questions, table.sheet.name, table.key)
        section = draw_section(table, code, told.unit, inquiry)
        if len(tables) > 1:
            name = caption(table, others) if others else told.name
            title = {"title": name or table.sheet.name} | ({"unit": told.unit[:100]} if told.unit else {})
            section.data = {"code": code, "kind": "table"} | title | section.data
        surroundings.append(told)
        sections.append(section)
    return surroundings, sections


# --- the template around them -----------------------------------------------------------------------------


def _header(surroundings: Sequence[Around], file_name: str) -> dict[str, Any]:
    first = surroundings[0]
    stem = re.sub(r"\.\w{1,5}$", "", file_name.replace("\\", "/").rsplit("/", 1)[-1])
    code = next((told.code for told in surroundings if told.code), "") or _code_of(stem)
    header: dict[str, Any] = {
        "format": FORMAT,
        "code": code,
        "name": first.name or stem.strip()[:200] or code,
    }
    if first.frequencies:
        header["frequencies"] = first.frequencies
    bases = {basis["number"]: basis for told in surroundings for basis in told.legal_basis}
    if bases:
        header["legal_basis"] = list(bases.values())
    if len(surroundings) == 1 and first.unit:
        header["unit"] = first.unit[:100]
    notes = [note for told in surroundings for note in told.notes]
    if notes:
        header["explanation"] = "\n".join(notes)[:20_000]
    return header


def _code_of(stem: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9.]+", "-", fold(stem)).strip("-.").upper()
    return plain[:60] or "BIEU"


def _layout(surroundings: Sequence[Around], sheet: Sheet) -> dict[str, Any]:
    heading = {"form_number": True, "unit_line": True}
    for told in surroundings:
        heading = told.heading | heading
    layout: dict[str, Any] = {
        "orientation": "landscape" if sheet.landscape else "portrait",
        "heading": heading,
    }
    if signatures := [place for told in surroundings for place in told.signatures]:
        layout["signature_block"] = signatures[:10]
    if recipients := [name for told in surroundings for name in told.recipients]:
        layout["recipients"] = recipients[:50]
    return {"layout": layout}


# --- rules and figures ------------------------------------------------------------------------------------


def _rules(
    sections: Sequence[Section], findings: list[Finding], questions: Questions, score: Score
) -> dict[str, list[Drawn]]:
    grounds = [section.ground for section in sections]
    found: dict[str, list[Drawn]] = {}
    for section in sections:
        drawn, told = draw_rules(section.table.sheet, section.shape, grounds)
        findings += told
        for _ in told:
            score.count(False)
        reckoned = {place for rule in drawn for place in rule.places}
        columns = {column for rule in drawn for _, column in rule.places if _is_column(rule)}
        more = [
            rule
            for rule in infer.from_number_line(section)
            if rule.places and rule.places[0][1] not in columns
        ]
        reckoned |= {place for rule in more for place in rule.places}
        more += infer.column_totals(section, reckoned)
        reckoned = {place for rule in drawn for place in rule.places}
        titled = list(infer.from_titles(section, reckoned))
        more += titled
        more += infer.row_totals(section, reckoned | {place for rule in titled for place in rule.places})
        found[section.ground.section] = [
            *drawn,
            *(rule for rule in more if _wanted(section, rule, questions)),
        ]
        for rule in found[section.ground.section]:
            score.count(not rule.guessed)
    return found


def _is_column(drawn: Drawn) -> bool:
    target = getattr(drawn.rule.statement, "operands", (None,))[0]
    return getattr(target, "kind", "") == "column"


def _wanted(section: Section, drawn: Drawn, questions: Questions) -> bool:
    """A rule that only a word tells is asked about."""
    if not drawn.guessed:
        return True
    row, column = drawn.places[0]
    sheet = section.table.sheet
    at = column if _is_column(drawn) else row
    title = section.header.title(column) if _is_column(drawn) else section.row_title(row)
    name = f"total:{sheet.name}:{section.table.key}:{'column' if _is_column(drawn) else 'row'}:{at}"
    where = f"{sheet.name}!{address(section.table.header_bottom if _is_column(drawn) else row, column)}"
    chosen, _ = questions.ask(name, "doubt.total", where, ("yes", "no"), "yes", title=title)
    return chosen == "yes"


def _with_rules(
    form: Form, document: dict[str, Any], sections: Sequence[Section], drawn: Mapping[str, list[Drawn]]
) -> Form:
    directory = Directory(Naming(Layout(form)).designed)
    number = 0
    for section in sections:
        rules = []
        for rule in drawn[section.ground.section]:
            number += 1
            text = print_rule(rule.rule, directory, section.ground.section)
            rules.append({"code": f"K{number}", "text": text, "computed": True})
        if rules:
            section.data["rules"] = rules
    made, _ = data_to_template(document)
    return made or form


def _with_example(
    form: Form,
    document: dict[str, Any],
    sections: Sequence[Section],
    drawn: Mapping[str, list[Drawn]],
    workbook: Workbook,
    score: Score,
) -> tuple[Form, list[Finding]]:
    """The figures as an example; a rule that is faulty, or at odds with them, is told and kept."""
    program = compile_form(form)
    told = [replace(fault, severity="warning") for fault in program.findings if fault.severity == "error"]
    ruled = {
        (section.ground.sheet, place)
        for section in sections for rule in drawn[section.ground.section] for place in rule.places
    }  # fmt: skip
    given = recalculated(workbook.sheets)
    figures, left_out = example.figures_in(sections, program, ruled, given)
    told += left_out[:MOST_LEFT_OUT]
    if not figures:
        return form, told
    faulty = has_errors(program.findings)
    checked = None if faulty else example.check(program, figures)
    if checked is None and not faulty:
        return form, [*told, Finding("workbook.figures", "warning")]
    failed = sorted({finding.rule for finding in checked.findings if finding.rule}) if checked else []
    expected = {"expect": failed} if failed else {}
    kept = {"name": example.NAME, "figures": figures} | expected
    made, _ = data_to_template(document | {"examples": [kept]})
    told += [Finding("workbook.disagrees", "warning", rule=code, facts={"rule": code}) for code in failed]
    for differs in held_against(sections, ruled, checked.sheet, given) if checked else ():
        score.count(differs is None)
        if differs and score.guessed <= MOST_LEFT_OUT:
            told.append(differs)
    return made or form, told
