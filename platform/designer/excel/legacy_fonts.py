"""Texts typed in the fonts of before Unicode: TCVN3 (.VnTime) and VNI-Windows (VNI-Times).

Such a text is stored as Latin letters that only the font draws as Vietnamese.
"""

import re
import unicodedata

_BASES = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"]
_TONES = ["̀", "́", "̉", "̃", "̣"]  # grave, acute, hook above, tilde, dot below
# In the order of the letters above, each with its five tones in the order of the tones above.
_TCVN3_TONED = [
    "µ¸¶·¹",
    "»¾¼½Æ",
    "ÇÊÈÉË",
    "ÌÐÎÏÑ",
    "ÒÕÓÔÖ",
    "×ÝØÜÞ",
    "ßãáâä",
    "åèæçé",
    "êíëìî",
    "ïóñòô",
    "õøö÷ù",
    "úýûüþ",
]
_TCVN3_PLAIN = dict(
    zip("\xa8\xa9\xaa\xab\xac\xad\xae\xa1\xa2\xa3\xa4\xa5\xa6\xa7", "ăâêôơưđĂÂÊÔƠƯĐ", strict=True)
)
_TCVN3 = str.maketrans(
    {
        letter: unicodedata.normalize("NFC", base + tone)
        for base, letters in zip(_BASES, _TCVN3_TONED, strict=True)
        for letter, tone in zip(letters, _TONES, strict=True)
    }
    | _TCVN3_PLAIN
)
_TCVN3_SIGN = re.compile(r"[^\W\d_][\xa8\xa9\xae\xb5-\xb9\xbb-\xbe]|[\xa8\xa9\xae\xb5-\xb9\xbb-\xbe][a-z]")

# VNI writes marks as letters behind the vowel.
_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = _TONES
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _CIRCUMFLEX, "á": _CIRCUMFLEX + _ACUTE, "à": _CIRCUMFLEX + _GRAVE, "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE, "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE, "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = re.compile("([aeouyôö])([" + "".join(_VNI_MARKS) + "])|(.)", re.IGNORECASE | re.DOTALL)


def to_unicode(text: str, font: str) -> str:
    """The text as its font draws it; unchanged where the font is one of today."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        drawn = text.translate(_TCVN3)
        return drawn.upper() if name.endswith("h") else drawn
    if name.startswith("vni"):
        return unicodedata.normalize("NFC", _VNI.sub(_vni, text))
    # Pasted without its font, TCVN3 shows signs in the middle of words.
    return text.translate(_TCVN3) if len(_TCVN3_SIGN.findall(text)) > 1 else text


def _vni(found: re.Match[str]) -> str:
    vowel, mark, other = found.groups()
    if other is not None:
        letter = _VNI_LETTERS.get(other.lower(), other)
        return letter.upper() if other.isupper() else letter
    base = _VNI_LETTERS.get(vowel.lower(), vowel.lower())
    drawn = unicodedata.normalize("NFC", base + _VNI_MARKS[mark.lower()])
    return drawn.upper() if vowel.isupper() else drawn
