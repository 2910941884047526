from agencies.names import sort_key


def test_letters_before_tones_and_syllable_by_syllable() -> None:
    names = [
        "an",
        "àn",
        "ản",
        "ãn",
        "án",
        "ạn",
        "anh",
        "ăn",
        "ân",
        "ba",
        "da",
        "đa",
        "Ea",
        "ô",
        "ơ",
        "u",
        "ư",
    ]
    assert sorted(reversed(names), key=sort_key) == names


def test_numbers_by_value() -> None:
    names = ["Phường 2", "Phường 9", "Phường 10", "Phường Ái Quốc", "Xã An Biên"]
    assert sorted(names[::-1], key=sort_key) == names


def test_decomposed_letters_sort_alike() -> None:
    assert sort_key("Hải") == sort_key("Ha\u0309i")
