"""The ways of the corpus, and which seed is written in which."""

from tests.corpus.writer import Style

STYLES = (
    Style("plain"),
    Style("no number line", numbers="none"),
    Style("not merged", merged=False),
    Style("not merged, no number line", merged=False, numbers="none"),
    Style("ordinals in titles", ordinals="title"),
    Style("ordinals in titles, spaces", ordinals="title", indents="spaces", numbers="none"),
    Style("spaces", indents="spaces", units="column"),
    Style("indents", indents="alignment", units="column", numbers="brackets"),
    Style("outline", indents="outline", sums="plus"),
    Style("unit column", units="column", sums="commas", codes=True),
    Style("number formulas", numbers="formulas", formulas=False),
    Style("number formulas, blank", numbers="formulas", formulas=False, figures=False),
    Style("blank form", figures=False, ratios="iferror"),
    Style("if", ratios="if", sums="plus", indents="spaces"),
    Style("percent", ratios="percent"),
    Style("round", ratios="round", codes=True),
    Style("TCVN3", font=".VnTime", units="column"),
    Style("VNI", font="VNI-Times", indents="spaces"),
    Style("sheets", sheets=2, extra=2),
    Style("blank rows", blanks=True),
    Style("hidden column", hidden=True),
    Style("notes", notes=True, heading=False),
    Style("bare", heading=False, signatures=False, numbers="none"),
    Style("further right", left=3, top=4, indents="alignment"),
    Style("spaces, titles, unit column", ordinals="title", indents="spaces", units="column", extra=1),
)
