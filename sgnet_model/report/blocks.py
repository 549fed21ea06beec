"""What a report is made of: written once, rendered as HTML and as Markdown.

Every string is plain text; the renderers escape it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .svg import Svg

NONE = "–"  # a cell without a number


@dataclass(frozen=True, slots=True)
class Image:
    """A picture file. `name`: of the file beside the Markdown. `alt`: what it shows, in words."""

    name: str
    data: bytes
    alt: str

    @property
    def mime(self) -> str:
        """By the name's suffix."""
        return "image/jpeg" if self.name.endswith(".jpg") else "image/png"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """A few large numbers: (what, number, a remark or "")."""

    tiles: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; the first `left` columns hold words, the others numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1
    caption: str = ""
    folded: str = ""  # where the page may hide it at first: what to click on


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing. `name`: of its file beside the Markdown, without suffix."""

    name: str
    svg: Svg
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures side by side under one title each row. `header` names the columns; where it is empty
    each picture is described by its own words.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Image, ...]], ...]


@dataclass(frozen=True, slots=True)
class Swatches:
    """Names with the colours they are drawn in, as "#rrggbb"."""

    entries: tuple[tuple[str, str], ...]


Block = Text | Tiles | Table | Plot | Gallery | Swatches


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
