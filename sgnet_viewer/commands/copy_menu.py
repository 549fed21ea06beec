"""The commands of the Copy menu: what is pointed at, as text or as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from .command import Command
from .parts import Parts

COPY = "&Edit/Cop&y"
NO_PIXEL = "Nothing is pointed at: move the cursor over the picture, or place a probe."
NO_POSITION = "No depth is known there: point at another pixel."
NO_FILE = "This frame has no file of its own."


def copy_commands(parts: Parts) -> Iterator[Command]:
    """Each names what it copies."""
    copying = parts.copying

    def command(
        key: str, title: str, text: Callable[[], str], refusal: Callable[[], str], tip: str = ""
    ) -> Command:
        run = partial(_copy, parts, text)
        return Command(f"copy.{key}", title, run, COPY, refusal=refusal, tip=tip)

    def needs_pixel() -> str:
        return "" if copying.pixel() is not None else NO_PIXEL

    def needs_path() -> str:
        return parts.needs_frame() or ("" if copying.path() else NO_FILE)

    yield command("pixel", "Copy &pixel", copying.pixel_text, needs_pixel, "Column and row: u, v")
    yield command(
        "values",
        "Copy &values of the pixel",
        copying.values,
        needs_pixel,
        "Depth, position, class and probability as a row of a table",
    )
    yield command(
        "position",
        "Copy pos&ition of the pixel",
        copying.position_text,
        lambda: needs_pixel() or ("" if copying.position() is not None else NO_POSITION),
        "x, y, z in metres, in the camera's frame",
    )
    yield command("table", "Copy &layers of the probe", copying.layers, parts.needs_probe)
    yield command("classes", "Copy &classes", copying.classes, parts.needs_result)
    yield Command(
        "copy.picture",
        "Copy pict&ure",
        copying.copy_picture,
        COPY,
        refusal=parts.needs_frame,
        tip="As it is shown, with its map and B, pixel for pixel and without marks",
        after_line=True,
    )
    yield Command(
        "copy.cloud",
        "Copy picture of the cl&oud",
        parts.window.copy_cloud,
        COPY,
        refusal=parts.needs_depth,
        tip="As it is on the screen",
    )
    yield command("path", "Copy path of the &frame", copying.path, needs_path)
    yield command("checkpoint", "Copy path of the &network", copying.checkpoint, lambda: "")


def _copy(parts: Parts, text: Callable[[], str]) -> None:
    parts.window.copy_text(text())
