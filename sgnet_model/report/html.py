"""A document as one HTML file: pictures embedded, nothing fetched, light and dark, printable."""

from __future__ import annotations

import base64
from functools import singledispatch
from html import escape

from .blocks import Block, Document, Gallery, Image, Plot, Section, Swatches, Table, Text, Tiles
from .style import STYLE


def to_html(document: Document) -> str:
    """The whole page."""
    links = "".join(
        f'<a href="#s{number}">{escape(section.title)}</a>'
        for number, section in enumerate(document.sections, 1)
    )
    body = "".join(_section(section, number) for number, section in enumerate(document.sections, 1))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(document.title)}</h1><p>{escape(document.subtitle)}</p></header>\n"
        f"<nav>{links}</nav>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _section(section: Section, number: int) -> str:
    blocks = "\n".join(_html(block) for block in section.blocks)
    return f'<section id="s{number}">\n<h2>{escape(section.title)}</h2>\n{blocks}\n</section>\n'


@singledispatch
def _html(block: Block) -> str:
    raise TypeError(f"{type(block).__name__} has no HTML")


@_html.register
def _(block: Text) -> str:
    return f"<p>{escape(block.text)}</p>"


@_html.register
def _(block: Tiles) -> str:
    tiles = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(number)}<small>{escape(remark)}</small></dd></div>"
        for what, number, remark in block.tiles
    )
    return f'<dl class="tiles">{tiles}</dl>'


@_html.register
def _(block: Table) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        return "".join(
            f"<{tag}{'' if column < block.left else ' class=n'}>{escape(cell)}</{tag}>"
            for column, cell in enumerate(row)
        )

    head = f"<thead><tr>{cells(block.header, 'th')}</tr></thead>"
    rows = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in block.rows)
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    kind = ' class="words"' if block.left == len(block.header) else ""
    table = f'<div class="wide"><table{kind}>{caption}{head}<tbody>{rows}</tbody></table></div>'
    if block.folded:
        return f"<details><summary>{escape(block.folded)}</summary>{table}</details>"
    return table


@_html.register
def _(block: Plot) -> str:
    caption = f"<figcaption>{escape(block.caption)}</figcaption>" if block.caption else ""
    return f'<figure class="wide">{block.svg.inline()}{caption}</figure>'


@_html.register
def _(block: Gallery) -> str:
    header = "".join(f"<span>{escape(name)}</span>" for name in block.header)
    head = f'<div class="pictures heads">{header}</div>' if block.header else ""
    rows = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<div class="pictures{"" if block.header else " many"}">'
        f"{''.join(map(_picture if block.header else _told_picture, images))}</div></figure>"
        for title, images in block.rows
    )
    columns = f' style="--columns:{len(block.header)}"' if block.header else ""
    return f'<div class="gallery"{columns}>{head}{rows}</div>'


@_html.register
def _(block: Swatches) -> str:
    entries = "".join(
        f'<li><i style="background:{escape(colour)}"></i>{escape(name)}</li>'
        for name, colour in block.entries
    )
    return f'<ul class="swatches">{entries}</ul>'


def _told_picture(image: Image) -> str:
    caption = f"<figcaption>{escape(image.alt)}</figcaption>"
    return f"<figure>{_picture(image)}{caption}</figure>"


def _picture(image: Image) -> str:
    data = base64.b64encode(image.data).decode()
    alt = escape(image.alt)
    return f'<img src="data:{image.mime};base64,{data}" alt="{alt}" title="{alt}">'
