"""Pieces that several kinds of furniture share: legs, fronts with handles, boards, cushions."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look import detail
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing


def legs(
    thing: Thing,
    p: Palette,
    x: float,
    y: tuple[float, float],
    top: float,
    label: Label,
    material: int,
) -> None:
    """Four legs at +-x and at both ends of y, from the floor to `top`: square, round or splayed."""
    rng = p.rng
    thick = rng.uniform(0.025, 0.07)
    round_leg = rng.random() < 0.4
    splay = rng.uniform(0.05, 0.2) if rng.random() < 0.2 else 0.0
    shape = shapes.cone(round(float(rng.uniform(1.0, 1.6)), 1), 10) if round_leg else shapes.box()
    inset = thick / 2 + splay * top / 2
    for sx in (-1, 1):
        for at, sy in ((y[0] + inset, -1), (y[1] - inset, 1)):
            thing.add(
                shape,
                (thick, thick, top),
                (sx * (x - inset), at, top / 2),
                label,
                material,
                (0, sy * splay, -sx * splay),
            )


def fronts(
    thing: Thing,
    p: Palette,
    span: tuple[float, float, float, float],
    y: float,
    grid: tuple[int, int],
    label: Label,
    material: int,
) -> None:
    """Drawer fronts or doors over `span` (x0, x1, z0, z1) at depth y, in `grid` (columns, rows)."""
    x0, x1, z0, z1 = span
    columns, rows = grid
    width, height = (x1 - x0) / columns, (z1 - z0) / rows
    gap, thick = 0.006, 0.018
    handle = _handle_style(p)
    relief = _relief(p) if p.profile.detail else 0
    glazed = p.profile.glass and height > 0.45 and p.rng.random() < 0.16
    if p.profile.detail:  # the gaps are dark
        gap = 0.009
        at = ((x0 + x1) / 2, y + 0.002, (z0 + z1) / 2)
        thing.box((x1 - x0, 0.006, z1 - z0), at, label, p.paint(0.0, (0.01, 0.009, 0.008)))
    for i in range(columns):
        for k in range(rows):
            centre = (x0 + (i + 0.5) * width, y + thick / 2, z0 + (k + 0.5) * height)
            thing.box((width - gap, thick, height - gap), centre, label, material)
            if relief or glazed:
                left, low = x0 + i * width + gap / 2, z0 + k * height + gap / 2
                face = (left, left + width - gap, low, low + height - gap)
                _relieved(thing, p, face, y + thick, label, material, 3 if glazed else relief)
            _handle(thing, handle, centre, (width, height), thick, label, left=bool(i % 2))


def _relief(p: Palette) -> int:
    """0 plain, 1 framed panels, 2 grooves; one kind for all the fronts of a thing."""
    return int(p.rng.choice([0, 1, 2], p=[0.4, 0.48, 0.12]))


def _relieved(
    thing: Thing,
    p: Palette,
    face: tuple[float, float, float, float],
    y: float,
    label: Label,
    material: int,
    style: int,
) -> None:
    if style == 3:
        detail.pane(thing, p, face, y, label, material)
    else:
        detail.panel(thing, face, y, label, material, style)


def _handle_style(p: Palette) -> tuple[int, int, float]:
    """(kind: 0 bar, 1 knob, 2 none; material; length)."""
    return int(p.rng.choice([0, 1, 2], p=[0.5, 0.35, 0.15])), p.metal(), p.rng.uniform(0.08, 0.2)


def _handle(
    thing: Thing,
    style: tuple[int, int, float],
    centre: tuple[float, float, float],
    size: tuple[float, float],
    thick: float,
    label: Label,
    left: bool,
) -> None:
    kind, material, length = style
    x, y, z = centre
    y += thick / 2 + 0.015
    tall = size[1] > 1.2 * size[0]
    if tall:
        x += (-1 if left else 1) * (size[0] / 2 - 0.05)
        z = min(max(z, 1.0), z + size[1] / 2 - 0.1)
    if kind == 0:
        bar = (0.015, 0.02, length) if tall else (min(length, 0.7 * size[0]), 0.02, 0.015)
        thing.box(bar, (x, y, z), label, material)
    elif kind == 1:
        thing.add(shapes.rounded(1.0, 6), (0.032, 0.032, 0.032), (x, y, z), label, material)


def carcass(
    thing: Thing,
    size: tuple[float, float],
    z: tuple[float, float],
    label: Label,
    material: int,
    board: float = 0.02,
) -> None:
    """An open case (two sides, back, bottom, lid) of (width, depth) between heights z."""
    width, depth = size
    z0, z1 = z
    height, middle = z1 - z0, (z0 + z1) / 2
    for side in (-1, 1):
        thing.box(
            (board, depth, height), (side * (width - board) / 2, depth / 2, middle), label, material
        )
    thing.box((width, 0.01, height), (0, 0.005, middle), label, material)
    for at in (z0 + board / 2, z1 - board / 2):
        thing.box((width, depth, board), (0, depth / 2, at), label, material)


def cushion(
    thing: Thing,
    size: tuple[float, float, float],
    centre: tuple[float, float, float],
    label: Label,
    material: int,
    turn: tuple[float, float, float] = (0.0, 0.0, 0.0),
    roundness: float = 0.35,
) -> None:
    """A padded block with rounded edges."""
    thing.add(shapes.rounded(roundness), size, centre, label, material, turn)


def pick_grid(rng: np.random.Generator, width: float, height: float) -> tuple[int, int]:
    """Columns and rows of fronts that suit a face."""
    columns = max(1, round(width / rng.uniform(0.35, 0.7)))
    rows = max(1, round(height / rng.uniform(0.16, 0.8)))
    return columns, rows
