"""A bank of tileable grey patterns: two colours of a palette make each the look of a material."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
SIZE = 256
LEVELS = 7  # 256, 128, ..., 4 texels


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """Patterns with their reduced copies in one flat array.

    `texels`: (N,) uint8. `starts`: (P, LEVELS) int64, first texel of a pattern at a level.
    `kinds`: the patterns of each kind, by index.
    """

    texels: NDArray[np.uint8]
    starts: NDArray[np.int64]
    kinds: dict[str, tuple[int, ...]]


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """The bank; the same in every process."""
    rng = np.random.default_rng(20_211)
    patterns: list[Grey] = []
    kinds: dict[str, tuple[int, ...]] = {}
    for kind, made in _all_patterns(rng).items():
        kinds[kind] = tuple(range(len(patterns), len(patterns) + len(made)))
        patterns += made
    levels = [_pyramid(p) for p in patterns]
    sizes = [level.size for level in levels[0]]
    offsets = np.cumsum([0, *sizes])
    starts = np.arange(len(levels))[:, None] * offsets[-1] + offsets[None, :-1]
    texels = np.concatenate([level.ravel() for each in levels for level in each])
    return Atlas(texels, starts.astype(np.int64), kinds)


def _pyramid(pattern: Grey) -> list[NDArray[np.uint8]]:
    levels = [np.clip(pattern, 0, 1)]
    while len(levels) < LEVELS:
        last = levels[-1]
        levels.append(
            0.25 * (last[::2, ::2] + last[1::2, ::2] + last[::2, 1::2] + last[1::2, 1::2])
        )
    return [np.rint(255 * level).astype(np.uint8) for level in levels]


def _all_patterns(rng: np.random.Generator) -> dict[str, list[Grey]]:
    return {
        "flat": [np.full((SIZE, SIZE), 0.5, np.float32)],
        "dust": [_noise(rng, 0.1)],
        "noise": [_noise(rng, e) for e in (0.6, 1.0, 1.5, 2.0, 2.5)],
        "wood": [_wood(rng, w) for w in (0.0, 2.0, 4.0, 7.0)],
        "stripes": [
            _stripes(n, duty) for n, duty in ((2, 0.5), (4, 0.3), (8, 0.5), (16, 0.5), (5, 0.15))
        ],
        "checks": [_checks(n) for n in (2, 4, 8)] + [_plaid(rng) for _ in range(3)],
        "tiles": [
            _tiles(rng, n, m, g)
            for n, m, g in ((2, 2, 0.02), (4, 4, 0.05), (8, 8, 0.08), (4, 8, 0.05))
        ],
        "planks": [_planks(rng, n) for n in (4, 6, 8)],
        "patches": [_patches(rng, n) for n in (2, 4)],
        "dots": [_dots(rng, n, r) for n, r in ((20, 14), (60, 7), (200, 3), (700, 1.5))],
        "blobs": [_blobs(rng, e, t) for e, t in ((2.0, 0.0), (1.6, 0.4), (2.4, -0.3))],
        "marble": [_marble(rng, f) for f in (3.0, 6.0)],
        "weave": [_weave(n) for n in (16, 32)],
        "ornament": [_ornament(rng, n) for n in (1, 2, 4, 4)],
        "text": [_text(rng, n) for n in (16, 28)],
        # What follows was added later: new kinds come last, so that the earlier ones stay the same.
        "joints": [_joints(rng, g, v) for g, v in ((0.012, 0.0), (0.02, 0.12), (0.03, 0.25))],
    }


def _noise(rng: np.random.Generator, exponent: float, stretch: float = 1.0) -> Grey:
    """Spectrum 1 / f^exponent, tileable, mean 0.5, standard deviation 0.18."""
    fy = np.fft.fftfreq(SIZE)[:, None] * stretch
    fx = np.fft.fftfreq(SIZE)[None]
    radius = np.hypot(fx, fy)
    radius[0, 0] = np.inf
    spectrum = np.fft.fft2(rng.standard_normal((SIZE, SIZE))) / radius**exponent
    value = np.fft.ifft2(spectrum).real
    return _grey(0.5 + 0.18 * value / value.std())


def _wood(rng: np.random.Generator, rings: float) -> Grey:
    grain = _noise(rng, 1.1, stretch=14.0)
    if rings == 0:
        return grain.T.copy()
    x = np.linspace(0, 2 * np.pi, SIZE, endpoint=False)[None]
    warp = 6 * (_noise(rng, 2.0, stretch=6.0) - 0.5)
    return (
        (0.5 + 0.3 * np.sin(rings * x + warp * 3) + 0.5 * (grain - 0.5)).astype(np.float32).T.copy()
    )


def _grey(values: NDArray[Any]) -> Grey:
    return np.asarray(values, np.float32)


def _unit() -> tuple[Grey, Grey]:
    axis = ((np.arange(SIZE) + 0.5) / SIZE).astype(np.float32)
    return axis[None].repeat(SIZE, 0), axis[:, None].repeat(SIZE, 1)


def _stripes(count: int, duty: float) -> Grey:
    x, _ = _unit()
    return ((x * count) % 1 < duty).astype(np.float32)


def _checks(count: int) -> Grey:
    x, y = _unit()
    return ((np.floor(2 * x * count) + np.floor(2 * y * count)) % 2).astype(np.float32)


def _plaid(rng: np.random.Generator) -> Grey:
    x, y = _unit()
    total = np.zeros((SIZE, SIZE), np.float32)
    for count in rng.integers(1, 9, 3):
        duty = rng.uniform(0.1, 0.5)
        total += ((x * count) % 1 < duty) * 1.0
        total += ((y * count) % 1 < duty) * 1.0
    return _grey(total / total.max())


def _cells(rng: np.random.Generator, rows: int, columns: int) -> Grey:
    tone = rng.uniform(0, 1, (rows, columns)).astype(np.float32)
    return tone.repeat(SIZE // rows, 0).repeat(SIZE // columns, 1)


def _tiles(rng: np.random.Generator, rows: int, columns: int, gap: float) -> Grey:
    x, y = _unit()
    joint = ((x * columns) % 1 < gap) | ((y * rows) % 1 < gap)
    tone = 0.6 + 0.2 * _cells(rng, rows, columns) + 0.3 * (_noise(rng, 1.5) - 0.5)
    return np.where(joint, 0.1, tone).astype(np.float32)


def _joints(rng: np.random.Generator, gap: float, variation: float) -> Grey:
    """Four by four tiles, 1, their brightness varying by `variation`, with joints near 0."""
    x, y = _unit()
    along, up = (4 * x) % 1, (4 * y) % 1
    edge = np.minimum(np.minimum(along, 1 - along), np.minimum(up, 1 - up))
    tone = 1 - variation * _cells(rng, 4, 4) - 0.25 * np.abs(_noise(rng, 1.5) - 0.5)
    return _grey(tone * np.clip((edge - gap / 2) / 0.008, 0, 1))


def _planks(rng: np.random.Generator, count: int) -> Grey:
    """Boards of two lengths in each of `count` rows, their joints shifted from row to row."""
    _, y = _unit()
    row = np.minimum((y * count).astype(int), count - 1)[:, 0]
    boards = rng.uniform(0, 1, (count, 2)).repeat(SIZE // 2, 1)
    shifted = [np.roll(board, rng.integers(SIZE)) for board in boards]
    tone = np.stack(shifted)[row]
    tone = 0.35 + 0.4 * tone + 0.4 * (_wood(rng, 4.0).T - 0.5)
    tone[(y * count) % 1 < 0.03] = 0.05
    return _grey(np.clip(tone, 0, 1))


def _patches(rng: np.random.Generator, count: int) -> Grey:
    """Carpet squares, each striped its own way."""
    x, y = _unit()
    tone = _cells(rng, 2 * count, 2 * count)
    along = _cells(rng, 2 * count, 2 * count) > 0.5
    stripe = np.where(along, (x * 16 * count) % 1, (y * 16 * count) % 1)
    return _grey(np.clip(tone + 0.25 * (stripe > 0.5) + 0.2 * (_noise(rng, 0.8) - 0.5), 0, 1))


def _dots(rng: np.random.Generator, count: int, radius: float) -> Grey:
    canvas = np.zeros((3 * SIZE, 3 * SIZE), np.float32)
    for x, y in rng.integers(0, SIZE, (count, 2)):
        size = max(1, round(radius * rng.uniform(0.6, 1.4)))
        for dx in (0, SIZE, 2 * SIZE):
            for dy in (0, SIZE, 2 * SIZE):
                cv2.circle(canvas, (int(x + dx), int(y + dy)), size, 1.0, -1)
    return canvas[SIZE : 2 * SIZE, SIZE : 2 * SIZE].copy()


def _blobs(rng: np.random.Generator, exponent: float, level: float) -> Grey:
    value = (_noise(rng, exponent) - 0.5) / 0.18
    return _grey(np.clip(0.5 + 4 * (value - level), 0, 1))


def _marble(rng: np.random.Generator, frequency: float) -> Grey:
    value = (_noise(rng, 1.9) - 0.5) / 0.18
    return _grey(np.abs(np.sin(frequency * value)))


def _weave(count: int) -> Grey:
    x, y = _unit()
    return _grey(0.5 + 0.25 * (np.sin(2 * np.pi * count * x) + np.sin(2 * np.pi * count * y)))


def _ornament(rng: np.random.Generator, repeat: int) -> Grey:
    """A symmetric figure, as on carpets and wallpaper."""
    size = SIZE // repeat
    half = np.zeros((size // 2, size // 2), np.float32)
    for _ in range(12):
        x, y, r = rng.integers(0, size // 2, 3)
        tone, line = float(rng.uniform(0, 1)), int(rng.choice([-1, 1, 2, 3]))
        if rng.random() < 0.5:
            cv2.circle(half, (int(x), int(y)), int(r // 2) + 2, tone, line)
        else:
            cv2.rectangle(half, (int(x), int(y)), (int(x + r), int(y + r // 2)), tone, line)
    quarter = np.concatenate([half, half[:, ::-1]], 1)
    return np.tile(np.concatenate([quarter, quarter[::-1]], 0), (repeat, repeat))


def _text(rng: np.random.Generator, lines: int) -> Grey:
    page = np.zeros((SIZE, SIZE), np.float32)
    step = SIZE // lines
    for row in range(lines):
        if rng.random() < 0.15:
            continue
        x = 0
        while x < SIZE * rng.uniform(0.7, 1.0):
            word = int(rng.integers(6, 26))
            page[row * step + step // 4 : row * step + (3 * step) // 4, x : x + word] = 1
            x += word + 5
    return _grey(page * rng.uniform(0.5, 1.0, (SIZE, SIZE)))
