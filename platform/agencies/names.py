"""Sorting names the Vietnamese way."""

import re
import unicodedata

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook above, tilde, acute, dot below: the dictionary's order
_RANK = {letter: chr(ord("A") + i) for i, letter in enumerate(LETTERS)}
_NUMBER = re.compile(r"\d+")


def sort_key(name: str) -> str:
    """A text whose plain order is the dictionary's: syllable by syllable, letters before tones.

    Numbers go by value, so that "Phường 9" stands before "Phường 10".
    """
    return " ".join(_syllable_key(word) for word in unicodedata.normalize("NFC", name.lower()).split())


def _syllable_key(word: str) -> str:
    tone, letters = "0", []
    for letter in _NUMBER.sub(lambda digits: digits[0].zfill(9), word):
        marks = unicodedata.normalize("NFD", letter)
        for mark in marks[1:]:
            if mark in TONES:
                tone = str(TONES.index(mark) + 1)
        plain = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        letters.append(_RANK.get(plain, plain))
    return "".join(letters) + "!" + tone
