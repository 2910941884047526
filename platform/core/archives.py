"""What may be asked of a packed file before it is unpacked."""

from zipfile import ZipFile

SMALL = 1_000
"""Parts this small say nothing by how far they swell."""


def is_bomb(packed: ZipFile, *, most: int, ratio: int) -> bool:
    """Whether a part swells beyond `ratio`, or all of them beyond `most` bytes, as the file tells."""
    parts = packed.infolist()
    swollen = any(part.file_size > ratio * max(part.compress_size, SMALL) for part in parts)
    return swollen or sum(part.file_size for part in parts) > most
