"""Drawings as SVG: they follow the reader's light or dark theme, print sharply, need no library.

Colours are names in `LIGHT` and `DARK`; lengths are in pixels. Attributes hold the light values:
many programs know no CSS variables. The dark values lie over them, as classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

LIGHT = {
    "paper": "#ffffff",
    "raised": "#f5f7f9",
    "ink": "#1b2530",
    "muted": "#566473",
    "line": "#d5dce3",
    "accent": "#1f6fb2",
    "other": "#c2541b",
}
DARK = {
    "paper": "#14181d",
    "raised": "#1c2229",
    "ink": "#e7ebf0",
    "muted": "#9aa7b4",
    "line": "#343e49",
    "accent": "#5ba9e8",
    "other": "#f0894a",
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def variables(colours: dict[str, str]) -> str:
    """As CSS declarations."""
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def classes(colours: dict[str, str]) -> str:
    """As CSS rules for what the functions below draw."""
    return " ".join(
        f".fill-{name} {{ fill: {colour}; }} .stroke-{name} {{ stroke: {colour}; }}"
        for name, colour in colours.items()
    )


_DARK = "@media screen and (prefers-color-scheme: dark)"
DRAWN = f":root {{ color-scheme: light dark; }}\n{_DARK} {{ {classes(DARK)} }}\n"
THEME = f":root {{ {variables(LIGHT)} }}\n{_DARK} {{ :root {{ {variables(DARK)} }} }}\n{DRAWN}"


@dataclass(frozen=True, slots=True)
class Svg:
    """`body`: elements made by the functions below. `title`: for readers who do not see it."""

    width: float
    height: float
    body: str
    title: str

    def inline(self) -> str:
        """For a page that brings the theme."""
        return self._element("")

    def file(self) -> bytes:
        """A file of its own."""
        paper = f'<rect width="{self.width:g}" height="{self.height:g}" {_painted("paper")}/>'
        return self._element(f"<style>{DRAWN}</style>{paper}").encode("utf-8", "backslashreplace")

    def _element(self, before: str) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" role="img" '
            f'font-family="{FONT}"><title>{escape(self.title)}</title>{before}{self.body}</svg>'
        )


def text(
    x: float,
    y: float,
    content: str,
    *,
    anchor: str = "start",
    size: float = 12,
    colour: str = "ink",
    bold: bool = False,
    turn: float = 0,
) -> str:
    """`y`: of the base line. `anchor`: start, middle or end. `turn`: degrees clockwise."""
    turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{weight} '
        f"{_painted(colour)}{turned}>{escape(content)}</text>"
    )


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    colour: str = "accent",
    opacity: float = 1,
    tip: str = "",
) -> str:
    """A filled rectangle; `tip` is shown by browsers under the pointer."""
    faint = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
    shape = (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f"{_painted(colour)}{faint}"
    )
    return f"{shape}><title>{escape(tip)}</title></rect>" if tip else f"{shape}/>"


def line(
    x1: float, y1: float, x2: float, y2: float, *, colour: str = "line", width: float = 1
) -> str:
    """A straight line."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'{_painted(stroke=colour)} stroke-width="{width:g}"/>'
    )


def circle(
    x: float,
    y: float,
    radius: float,
    *,
    colour: str = "accent",
    filled: bool = True,
    dashed: bool = False,
    tip: str = "",
) -> str:
    """A disc, or a ring."""
    painted = _painted(colour if filled else "paper", colour)
    dashes = ' stroke-dasharray="3 3"' if dashed else ""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" {painted} '
        f'stroke-width="2"{dashes}><title>{escape(tip)}</title></circle>'
    )


def _painted(fill: str = "", stroke: str = "") -> str:
    """The attributes of an element: what is named is painted so, in either theme."""
    named = [(what, name) for what, name in (("fill", fill), ("stroke", stroke)) if name]
    values = " ".join(f'{what}="{LIGHT[name]}"' for what, name in named)
    return f'class="{" ".join(f"{what}-{name}" for what, name in named)}" {values}'
