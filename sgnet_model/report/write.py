"""Putting a report into a folder."""

from __future__ import annotations

from pathlib import Path

from sgnet_model.files import make_folder, write_atomically

from .compose import OtherRun, compose
from .html import to_html
from .markdown import IMAGES, images_of, to_markdown
from .measured import Measured
from .store import Material, save

HTML_NAME, MARKDOWN_NAME = "report.html", "report.md"


def write_report(
    material: Material, folder: Path, measured: Measured, against: OtherRun | None = None
) -> Path:
    """`HTML_NAME` (one file), `MARKDOWN_NAME` with its pictures, and what they were made of.

    Returns the HTML file's path. UserError where the folder cannot be written.
    """
    document = compose(material, measured, against)
    make_folder(folder / IMAGES)
    for name, data in images_of(document).items():
        write_atomically(folder / IMAGES / name, data)
    write_atomically(folder / MARKDOWN_NAME, _bytes(to_markdown(document)))
    save(material, folder)
    write_atomically(folder / HTML_NAME, _bytes(to_html(document)))
    return folder / HTML_NAME


def _bytes(text: str) -> bytes:
    """Names of files and of JSON may hold halves of characters, which UTF-8 has none for."""
    return text.encode("utf-8", "backslashreplace")
