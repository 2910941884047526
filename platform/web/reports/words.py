"""Narratives and documents as pages draw them, their figures in the language of the reader."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from runtime.filling.attachments import Attachment, kinds_for
from runtime.filling.desk import Desk
from runtime.filling.words import Chapter, Passage, Piece, chapters
from runtime.titles import read_title
from web.filters import moment
from web.shown import figure

Data = dict[str, Any]


def words_data(desk: Desk, lang: str) -> list[Data]:
    """The narratives and documents of a report as pages draw them."""
    found = chapters(desk.program, desk.sheet, desk.context, desk.words)
    return [chapter_data(chapter, desk.titles, desk.report.id, lang) for chapter in found]


def chapter_data(chapter: Chapter, titles: Mapping[str, object], report_id: int, lang: str) -> Data:
    """One narrative, or one section of documents; figures in it as readers of a language write them."""
    section = chapter.section
    return {
        "id": section.id,
        "code": section.code,
        "title": read_title(section.title or section.code, titles),
        "required": section.required,
        "kinds": list(kinds_for(section)),
        "isNarrative": section.kind == "outline",
        "files": [_file(file, report_id, lang) for file in chapter.files],
        "parts": [_part(passage, titles, lang) for passage in chapter.passages],
    }


def _part(passage: Passage, titles: Mapping[str, object], lang: str) -> Data:
    part = passage.part
    return {
        "id": part.id,
        "code": part.code,
        "title": read_title(part.title, titles),
        "guidance": read_title(part.guidance or "", titles),
        "required": part.required,
        "depth": passage.depth,
        "text": passage.text,
        "pieces": [_piece(piece, lang) for piece in passage.pieces],
    }


def _piece(piece: Piece, lang: str) -> Data:
    return {
        "text": figure(piece.text, piece.kind, lang) if piece.field else piece.text,
        "field": piece.field,
        "was": figure(piece.was, piece.kind, lang),
    }


def _file(file: Attachment, report_id: int, lang: str) -> Data:
    return {
        "digest": file.digest,
        "name": file.name,
        "size": file.size,
        "at": moment(file.at),
        "url": url_for("files.hand_out", report_id=report_id, digest=file.digest),
    }
