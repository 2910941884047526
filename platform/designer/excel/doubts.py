"""What a workbook left open: questions that a click answers; answers are kept by the question's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from designer.excel.grid import address

_ASKED = {
    "column": "doubt.column",
    "group": "doubt.group",
    "row": "doubt.row",
    "rows": "doubt.rows",
    "type": "doubt.type",
}
Answers = Mapping[str, str]
"""By the name of the question: the choice."""


@dataclass(frozen=True)
class Doubt:
    """One question: what was taken, and what it might be instead. `where` is the cell it is about."""

    name: str
    code: str
    where: str
    choices: tuple[str, ...]
    taken: str
    facts: Mapping[str, object] = field(default_factory=dict)
    answered: bool = False


@dataclass
class Score:
    """How much of one part of the form is there, and how much of it was guessed."""

    found: int = 0
    guessed: int = 0

    def count(self, sure: bool) -> None:
        """One more thing of this part."""
        self.found += 1
        self.guessed += not sure

    def add(self, other: "Score") -> None:
        """The same part of another table."""
        self.found += other.found
        self.guessed += other.guessed

    @property
    def confidence(self) -> int:
        """Of a hundred."""
        return 0 if not self.found else round(100 * (1 - 0.6 * self.guessed / self.found))


class Questions:
    """Collects doubts while a form is drawn, and knows what was answered before."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: dict[str, Doubt] = {}

    def ask(
        self, name: str, code: str, where: str, choices: Sequence[str], guess: str, **facts: object
    ) -> tuple[str, bool]:
        """(the choice that holds, whether a person made it)."""
        told = self.answers.get(name)
        answered = told in choices
        taken = told if told is not None and answered else guess
        self.asked.setdefault(name, Doubt(name, code, where, tuple(choices), taken, facts, answered))
        return taken, answered


class Inquiry:
    """The questions about one table, and how sure each part of it is."""

    def __init__(self, questions: Questions, sheet: str, table: str) -> None:
        self.questions, self.sheet, self.table = questions, sheet, table
        self.scores = {part: Score() for part in ("header", "rows", "types", "units")}

    def answer(self, kind: str, number: int) -> str | None:
        """What was answered about a row or column before."""
        return self.questions.answers.get(self._name(kind, number))

    def ask(
        self,
        kind: str,
        number: int,
        place: tuple[int, int],
        choices: Sequence[str],
        guess: str,
        **facts: object,
    ) -> tuple[str, bool]:
        """(the choice that holds, whether a person made it)."""
        where = f"{self.sheet}!{address(*place)}"
        return self.questions.ask(self._name(kind, number), _ASKED[kind], where, choices, guess, **facts)

    def _name(self, kind: str, number: int) -> str:
        return f"{kind}:{self.sheet}:{self.table}:{number}"
