"""What gives real surfaces their contrast: framed panels, glazed doors, labels, photographs."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.thing import Thing

from .materials import Material, Palette, real_colour, shade

Image = NDArray[np.float32]
SIZE = 192  # pixels a side of photographs
BANK = 160  # photographs, and pages: drawn once in each process, as drawing takes long
Box = tuple[float, float, float, float]  # x0, x1, z0, z1


def panel(thing: Thing, box: Box, y: float, label: Label, material: int, style: int) -> None:
    """Relief on a front whose face stands at depth y. `style`: 1 a frame, 2 grooves, else none."""
    x0, x1, z0, z1 = box
    w, h = x1 - x0, z1 - z0
    x, z = (x0 + x1) / 2, (z0 + z1) / 2
    if style == 1 and min(w, h) > 0.16:
        bar = min(0.07, 0.25 * min(w, h))
        for side in (-1, 1):
            at = x + side * (w - bar) / 2
            thing.box((bar, 0.018, h), (at, y + 0.009, z), label, material)
            at = z + side * (h - bar) / 2
            thing.box((w - 2 * bar, 0.018, bar), (x, y + 0.009, at), label, material)
        if min(w, h) > 0.3:
            size = (w - 4 * bar, 0.01, h - 4 * bar)
            thing.box(size, (x, y + 0.005, z), label, material)
    elif style == 2:
        count = max(2, int(w / 0.09))
        for k in range(count):
            at = x0 + (k + 0.5) * w / count
            thing.box((0.8 * w / count, 0.008, 0.96 * h), (at, y + 0.004, z), label, material)


def pane(thing: Thing, p: Palette, box: Box, y: float, label: Label, material: int) -> None:
    """A glazed door: a frame around glass, behind which shelves with things stand in the dark."""
    x0, x1, z0, z1 = box
    w, h = x1 - x0, z1 - z0
    panel(thing, box, y, label, material, 1)
    bar = min(0.07, 0.25 * min(w, h))
    glass = Material(
        (0.5,) * 3,
        (0.5,) * 3,
        gloss=0.9,
        mirror=p.rng.uniform(0.05, 0.22),
        sensor=0.25,
        image=shelves_behind(p.rng),
    )
    at = ((x0 + x1) / 2, y + 0.008, (z0 + z1) / 2)
    thing.box((w - 2 * bar, 0.006, h - 2 * bar), at, label, p.keep(glass))


def shelves_behind(rng: np.random.Generator) -> Image:
    """(96, 96, 3) linear reflectance: what a glazed cupboard holds."""
    back = np.array(shade(real_colour(rng), 0.5), np.float32)
    canvas = np.broadcast_to(back, (96, 96, 3)).copy()
    rows = int(rng.integers(2, 5))
    for row in range(rows):
        floor = int(96 * (row + 1) / rows) - 3
        x = int(rng.integers(0, 10))
        while x < 96:
            w, h = int(rng.integers(3, 14)), int(rng.uniform(0.2, 0.85) * 96 / rows)
            colour = shade(real_colour(rng), 0.8)
            cv2.rectangle(canvas, (x, floor - h), (x + w, floor), colour, -1)
            x += w + int(rng.integers(0, 9))
        cv2.rectangle(canvas, (0, floor), (96, floor + 2), tuple(float(c) for c in 1.4 * back), -1)
    return np.clip(canvas, 0, 0.9)


def printed(thing: Thing, p: Palette, size: tuple[float, float, float], label: Label) -> None:
    """Labels with pictures and text on the front and the top of a box whose back is at y = 0."""
    w, d, h = size
    rng = p.rng
    if rng.random() < 0.75:
        scale = rng.uniform(0.4, 0.98, 2)
        at = (0.0, d + 0.001, h / 2)
        thing.box((w * scale[0], 0.002, h * scale[1]), at, label, print_of(p))
    if rng.random() < 0.5:
        scale = rng.uniform(0.3, 0.95, 2)
        thing.box((w * scale[0], d * scale[1], 0.002), (0, d / 2, h + 0.001), label, print_of(p))


def print_of(p: Palette) -> int:
    """A printed face: blocks of colour, a photograph and lines of text."""
    rng = p.rng
    return p.keep(Material((0.5,) * 3, (0.5,) * 3, gloss=rng.uniform(0, 0.6), image=page(rng)))


def photograph_of(rng: np.random.Generator) -> Image:
    """(192, 192, 3) linear reflectance: one of many photographs, mirrored, lighter, tinted."""
    return _varied(_photograph(int(rng.integers(BANK))), rng)


def page(rng: np.random.Generator) -> Image:
    """(192, 192, 3) linear reflectance: one of many printed pages, lighter or tinted."""
    return _varied(_page(int(rng.integers(BANK))), rng, mirrored=False)


def _varied(image: Image, rng: np.random.Generator, mirrored: bool = True) -> Image:
    flip, tint = rng.random() < 0.5, np.exp(rng.normal(0, 0.12, 3) + rng.normal(0, 0.25))
    if flip and mirrored:
        image = image[:, ::-1]
    return np.clip(image * tint.astype(np.float32), 0, 0.95)


@lru_cache(maxsize=256)
def _page(number: int) -> Image:
    rng = np.random.default_rng([13, number])
    canvas = np.broadcast_to(np.array(real_colour(rng), np.float32), (SIZE, SIZE, 3)).copy()
    for _ in range(int(rng.integers(1, 4))):
        _block(canvas, rng)
    for _ in range(int(rng.integers(1, 4))):
        _lines(canvas, rng, int(rng.integers(2, 12)))
    canvas.setflags(write=False)
    return canvas


def _block(canvas: Image, rng: np.random.Generator) -> None:
    x, y = (int(v) for v in rng.integers(0, SIZE - 40, 2))
    w, h = (int(v) for v in rng.integers(30, SIZE - 20, 2))
    part = canvas[y : y + h, x : x + w]
    part[:] = (
        real_colour(rng) if rng.random() < 0.6 else cloud(rng)[: part.shape[0], : part.shape[1]]
    )


def _lines(canvas: Image, rng: np.random.Generator, count: int) -> None:
    """Rows of dashes as long as words."""
    ink = tuple(float(c) for c in real_colour(rng))
    x0, y = int(rng.integers(5, SIZE // 2)), int(rng.integers(8, SIZE // 2))
    tall = int(rng.integers(2, 12))
    for _ in range(count):
        x, end = x0, int(rng.integers(x0 + 20, SIZE))
        while x < end:
            w = int(rng.integers(4, 24))
            cv2.rectangle(canvas, (x, y), (min(x + w, end), y + tall), ink, -1)
            x += w + max(2, tall // 2)
        y += 2 * tall + 1


@lru_cache(maxsize=256)
def _photograph(number: int) -> Image:
    """With the spectrum of a photograph: land, sky, rounded things in one light."""
    rng = np.random.default_rng([17, number])
    canvas = cloud(rng)
    horizon = int(rng.uniform(0.3, 0.75) * SIZE)
    lower = cloud(rng)
    edge = (horizon + 14 * np.cumsum(rng.normal(0, 0.12, SIZE))).astype(int)
    below = np.arange(SIZE)[:, None] > edge[None]
    canvas[below] = lower[below]
    for _ in range(int(rng.integers(2, 16))):
        _solid(canvas, rng)
    draw = rng.random()
    if draw < 0.3:
        canvas[:] = canvas.mean(-1, keepdims=True)  # black and white
    if rng.random() < 0.4:
        margin = int(rng.integers(8, 44))
        white = np.float32(rng.uniform(0.55, 0.9))
        mount = np.ones((SIZE, SIZE), bool)
        mount[margin:-margin, margin:-margin] = False
        canvas[mount] = white
    canvas = np.clip(canvas, 0, 0.95)
    canvas.setflags(write=False)
    return canvas


def cloud(rng: np.random.Generator) -> Image:
    """(192, 192, 3): two or three colours through noise with a spectrum that falls as 1 / f."""
    low = np.array(shade(real_colour(rng), rng.uniform(0.02, 0.3)), np.float32)
    high = np.array(real_colour(rng), np.float32)
    high *= np.float32(rng.uniform(0.3, 0.9) / max(float(high.max()), 1e-3))
    share = np.zeros((SIZE, SIZE), np.float32)
    for octave in (3, 6, 12, 24, 48, 96):
        grid = rng.standard_normal((octave, octave), dtype=np.float32) / octave**0.6
        share += cv2.resize(grid, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    share = (share - share.min()) / max(float(np.ptp(share)), 1e-6)
    share += np.linspace(-0.3, 0.3, SIZE, dtype=np.float32)[:, None]
    return np.asarray(low + np.clip(share, 0, 1)[..., None] * (high - low), np.float32)


def _solid(canvas: Image, rng: np.random.Generator) -> None:
    """A rounded thing lit from one side, with its shadow."""
    x, y = (int(v) for v in rng.integers(0, SIZE, 2))
    a, b = (int(v) for v in rng.integers(4, 50, 2))
    angle = float(rng.uniform(0, 180))
    shape = np.zeros((SIZE, SIZE), np.uint8)
    cv2.ellipse(shape, (x + 5, y + 5), (a, b), angle, 0, 360, 1, -1)
    canvas[shape > 0] *= np.float32(0.45)
    shape[:] = 0
    cv2.ellipse(shape, (x, y), (a, b), angle, 0, 360, 1, -1)
    columns = np.clip(1.3 - np.abs(np.arange(SIZE) - x + a / 2) / (1.5 * a), 0.25, 1.3)
    lit = np.asarray(columns, np.float32)[None, :, None] * np.array(real_colour(rng), np.float32)
    body = shape > 0
    canvas[body] = np.broadcast_to(lit, canvas.shape)[body]
