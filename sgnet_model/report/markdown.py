"""A document as Markdown, its pictures in files beside it."""

from __future__ import annotations

import re
from functools import singledispatch

from .blocks import Block, Document, Gallery, Image, Plot, Swatches, Table, Text, Tiles

IMAGES = "images"  # the folder beside the file
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def to_markdown(document: Document) -> str:
    """The text; `images_of` names the files it refers to."""
    parts = [f"# {_plain(document.title)}", _plain(document.subtitle)]
    for section in document.sections:
        parts.append(f"## {_plain(section.title)}")
        parts += [_markdown(block) for block in section.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def images_of(document: Document) -> dict[str, bytes]:
    """File name in `IMAGES` -> content."""
    files: dict[str, bytes] = {}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Plot):
                files[f"{block.name}.svg"] = block.svg.file()
            elif isinstance(block, Gallery):
                files |= {image.name: image.data for _, row in block.rows for image in row}
    return files


@singledispatch
def _markdown(block: Block) -> str:
    raise TypeError(f"{type(block).__name__} has no Markdown")


@_markdown.register
def _(block: Text) -> str:
    return _plain(block.text)


@_markdown.register
def _(block: Tiles) -> str:
    return _table(("", "", ""), block.tiles, 1)


@_markdown.register
def _(block: Table) -> str:
    table = _table(block.header, block.rows, block.left)
    return f"**{_plain(block.caption)}**\n\n{table}" if block.caption else table


@_markdown.register
def _(block: Plot) -> str:
    picture = f"![{_plain(block.svg.title)}]({IMAGES}/{block.name}.svg)"
    return f"{picture}\n\n{_plain(block.caption)}" if block.caption else picture


@_markdown.register
def _(block: Gallery) -> str:
    if not block.header:
        return "\n\n".join(_told_pictures(title, images) for title, images in block.rows)
    lines = [
        f"| | {' | '.join(map(_plain, block.header))} |",
        f"|{'---|' * (len(block.header) + 1)}",
    ]
    for title, images in block.rows:
        lines.append(f"| {_plain(title)} | {' | '.join(map(_picture, images))} |")
    return "\n".join(lines)


@_markdown.register
def _(block: Swatches) -> str:
    return ", ".join(f"{_plain(name)} `{colour}`" for name, colour in block.entries)


def _told_pictures(title: str, images: tuple[Image, ...]) -> str:
    """Four to a row, each over its words."""
    lines = [f"**{_plain(title)}**", "", "| | | | |", "|---|---|---|---|"]
    for first in range(0, len(images), 4):
        cells = [f"{_picture(image)} {_plain(image.alt)}" for image in images[first : first + 4]]
        lines.append(f"| {' | '.join(cells + [''] * (4 - len(cells)))} |")
    return "\n".join(lines)


def _picture(image: Image) -> str:
    return f"![{_plain(image.alt)}]({IMAGES}/{image.name})"


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...], left: int) -> str:
    rule = ["---" if column < left else "---:" for column in range(len(header))]
    lines = [header, rule, *rows]
    return "\n".join(
        f"| {' | '.join(cell if line is rule else _plain(cell) for cell in line)} |"
        for line in lines
    )


def _plain(text: str) -> str:
    """What Markdown would read as markup is kept as it is; lines are joined."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
