import pytest

from core.errors import Invalid
from runtime.filling.places import read_cell


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A[I1;3]", ("A", "I1", "3")),
        (" A [ I1 ; 3 ] ", ("A", "I1", "3")),
        ("A[I|Đất đai;3]", ("A", "I|Đất đai", "3")),
    ],
)
def test_cells_as_typed(text: str, place: tuple[str, str, str]) -> None:
    assert read_cell(text) == place


@pytest.mark.parametrize("text", ["", "A", "A[I1]", "A[I1;3", "A[I1;3;4]", "[I1;3]", "A[;3]", "A[[I1;3]]"])
def test_what_names_no_cell(text: str) -> None:
    with pytest.raises(Invalid):
        read_cell(text)
