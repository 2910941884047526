"""Formulas that a number line tells: `3=1+2`, `(5) = (4)/(3) x 100`."""

import re
from collections.abc import Mapping

from openpyxl.utils import get_column_letter

from designer.excel.formulas import Tree, Untranslatable, read_formula
from designer.excel.regions import label_of

_SIGNS = str.maketrans({"×": "*", "÷": "/", ":": "/", "–": "-", "−": "-", "[": "(", "]": ")"})
_LABEL = re.compile(r"\d{1,3}[a-z]?")
_SENSIBLE = re.compile(r"[-\d+*/()%.,a-z\s]+")


def told_formulas(labels: Mapping[int, str]) -> dict[int, tuple[Tree, bool]]:
    """By column: the formula of its label, over cells of row 1; True where it makes a percentage."""
    at = {label: column for column, text in labels.items() if (label := label_of(text))}
    found = {}
    for column, text in labels.items():
        made = _read(text, at) if "=" in text else None
        if made is not None:
            found[column] = made
    return found


def _read(text: str, at: Mapping[str, int]) -> tuple[Tree, bool] | None:
    right = re.sub(r"(?<=[\d)\s])[xX](?=[\d(\s])", "*", text.partition("=")[2].translate(_SIGNS)).replace(
        ",", "+"
    )
    right = re.sub(r"\.{2,}|…", "", right)
    if not _SENSIBLE.fullmatch(right) or "=" in right:
        return None
    missing = False

    def cell(found: re.Match[str]) -> str:
        nonlocal missing
        label = found[0]
        if label in at:
            return f"{get_column_letter(at[label])}1"
        missing = missing or label != "100"
        return label

    percent = bool(re.search(r"\*\s*100\b|%", right))
    formula = _LABEL.sub(cell, right.replace("100%", "100").replace("%", ""))
    try:
        return None if missing else (read_formula("=" + formula.replace(" ", "")), percent)
    except Untranslatable:
        return None
