"""A report's figures as text tables, for terminals."""

from collections.abc import Iterator

from core.messages import show
from engine.layout import SectionLayout
from engine.sheet import MARK_OF, NUMBERED, Figure, Sheet

WIDEST_TITLE = 40


def table_lines(sheet: Sheet, lang: str) -> Iterator[str]:
    """Each section as a number line and a line per row: ordinal, title, figures."""
    for section, layout in sheet.layout.sections.items():
        keys = [(row.id, row.ordinal, row.title) for row in layout.rows]
        keys += [(key, "+", key.partition("|")[2] or key) for key in sheet.open_rows.get(section, {})]
        lines = [("", "", *(column.ordinal for column in layout.columns))]
        for key, ordinal, title in keys:
            lines.append((ordinal, title[:WIDEST_TITLE], *_figures(sheet, layout, key, lang)))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        yield f"{layout.section.code}. {layout.section.title}".rstrip(". ")
        for ordinal, title, *figures in lines:
            numbers = " ".join(f"{text:>{width}}" for text, width in zip(figures, widths[2:], strict=True))
            yield f"  {ordinal:<{widths[0]}} {title:<{widths[1]}}  {numbers}".rstrip()


def _figures(sheet: Sheet, layout: SectionLayout, key: str, lang: str) -> Iterator[str]:
    for column in layout.columns:
        yield _shown(sheet.figure(layout.section.id, key, column.id), lang)


def _shown(figure: Figure, lang: str) -> str:
    if figure.status in NUMBERED and figure.number is not None:
        return show(figure.number, lang)
    return MARK_OF.get(figure.status, figure.text or "")
