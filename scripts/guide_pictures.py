"""The pictures of the documents, made anew: after a change of the default network or the window.

`python scripts/guide_pictures.py [maps] [edit] [window] [classes] [cloud] [--out FOLDER]`, from the
project's root, without a display (QT_QPA_PLATFORM=offscreen). The first three are those of
docs/explain.md, and what the commands print on the way are the numbers of that page: it is written
by hand, so read its sentences against them. The others are in README and guide; those of a frame or
of live mode as they are opened `sgnet-viewer --screenshot` takes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sgnet_model.cli.entry import main as sgnet_model
from sgnet_model.resources import sample_dir
from sgnet_viewer.benchmark.script import Script, Waiting, after
from sgnet_viewer.contract.commands import SWAP_PANES
from sgnet_viewer.launch.startup import Running, run
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.comparing import CompareMap, Layout
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.view_settings import ALL_LAYERS
from sgnet_viewer.views.survey.survey_table import SurveyTableModel
from sgnet_viewer.views.survey.survey_window import SurveyWindow

SAMPLE = "kitchen"
CHAIR = 355, 330  # the pixel that the page asks about
FLAT = "305,235,100,165"  # a box around the chair: left, top, width, height
STROKE = (338, 262), (345, 285), (350, 310), (352, 335), (352, 360), (350, 378)
RADIUS = 34.0
QUALITY = 86  # of JPEG
PANES = QRect(240, 60, 1040, 548)  # of a window of 1280x800: picture, cloud and panel
DEEP, FAR = "layer4.2", 1  # the atlas' cell that is opened: a layer, and the row of 1 to 2 m
# Of each inspection: its picture, the words it is asked with, and which of the files it writes.
MAPS = {
    "composed": ((), ("composed",)),
    "reads": ((), ("reads_layer2.3",)),
    "influence": ((), ("influence_layer2.3",)),
    "gradient": ((), ("gradient_rgb", "gradient_depth_blocks")),
    "shares": ((), ("shares",)),
    "noise": (("--count", "8"), ("flips",)),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    names = asked.parts or list(PARTS)
    if unknown := set(names) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    if len(names) > 1:  # a process has one window
        more = [] if asked.out is None else ["--out", str(asked.out)]
        runs = [subprocess.run([sys.executable, __file__, one, *more]) for one in names]
        return max(ended.returncode for ended in runs)
    make, place = PARTS[names[0]]
    out = asked.out or place
    out.mkdir(parents=True, exist_ok=True)
    return make(out)


def maps(out: Path) -> int:
    """The maps that the commands write, and those that have no picture in print."""
    with TemporaryDirectory() as folder:
        for name, (words, pictures) in MAPS.items():
            ask("inspect", name, "--pixel", "{},{}".format(*CHAIR), *words, "--out", folder)
            save(out / f"{name}.jpg", *(Path(folder) / f"{one}.png" for one in pictures))
    ask("inspect", "switches", "--pixel", "{},{}".format(*CHAIR))
    ask("probe", "--pixel", "{},{}".format(*CHAIR))
    return 0


def edit(out: Path) -> int:
    """Before, and with the chair pressed flat."""
    flat = "--edit", f"flatten box={FLAT}"
    with TemporaryDirectory() as folder:
        for name, words in (("before", ()), ("after", flat)):
            ask("predict", *words, "--out", f"{folder}/{name}")
        save(out / "edit.jpg", *(overlay_of(Path(folder) / name) for name in ("before", "after")))
    ask("compare", "--switch-b", "all:offsets=zero")
    return 0


def ask(command: str, *words: str) -> None:
    """One command about the sample, printed as a user would type it."""
    sample = sample_dir(SAMPLE)
    frame = ["--rgb", f"{sample}/rgb.png", "--depth", f"{sample}/depth.png"]
    print(f"\n$ sgnet-model {command} {' '.join(words)}", flush=True)
    if sgnet_model([command, *words, *frame]):
        raise SystemExit(f"sgnet-model {command} failed: see above.")


def overlay_of(folder: Path) -> Path:
    """The one picture of that kind which `predict` wrote."""
    (path,) = folder.rglob("*overlay*.png")
    return path


def save(path: Path, *pictures: Path) -> None:
    """Side by side."""
    read = [np.asarray(cv2.imread(str(picture))) for picture in pictures]
    cv2.imwrite(str(path), np.hstack(read), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


def window(out: Path) -> int:
    """The window as a user has it."""
    options = replace(
        Options(), pixel=CHAIR, layer=ALL_LAYERS, window_size=(1280, 800), keep_settings=False
    )
    return used(options, lambda running: steps(running, out))


def classes(out: Path) -> int:
    """Outlines, names, colours that stay apart, and labels below a confidence hatched."""

    def script(running: Running) -> Waiting:
        yield lambda: running.is_complete
        for name in ("outlines", "names", "palette.safe", "threshold.50"):
            running.application.commands.run(f"view.classes.{name}")
        yield lambda: running.is_complete
        yield after(2)
        running.window.grab().save(str(out / "classes.png"))

    return used(screen_of(SAMPLE, (1280, 720)), script)


def cloud(out: Path) -> int:
    """Swapped with the picture."""

    def script(running: Running) -> Waiting:
        yield lambda: running.is_complete
        running.application.commands.run(SWAP_PANES)
        yield after(1)
        yield lambda: running.is_complete
        yield after(2)
        running.window.grab().save(str(out / "cloud.png"))

    return used(screen_of("living-room", (1280, 800)), script)


def screen_of(sample: str, size: tuple[int, int]) -> Options:
    """The window on a sample, with a probe in its middle."""
    return replace(
        Options(),
        target=Target(sample=sample),
        pixel=(368, 280),
        layer=DEEP,
        window_size=size,
        keep_settings=False,
    )


def used(options: Options, script: Callable[[Running], Waiting]) -> int:
    """Opens the window, does what is written down, and closes it."""
    kept: list[Script] = []
    failed: list[Exception] = []

    def attend(running: Running) -> None:
        def leave(error: Exception | None) -> None:
            if error is not None:
                failed.append(error)
            running.window.close()
            QApplication.quit()

        kept.append(Script(script(running), leave, running.window))

    run(options, attend)
    for error in failed:
        print(error, file=sys.stderr)
    return len(failed)


def steps(running: Running, out: Path) -> Waiting:
    """One picture after the other; each leaves the window as it found it."""
    yield lambda: running.is_complete
    yield from influence_taps(running, out)
    yield from brush(running, out)
    yield from right(running, out)
    for command, name in (("survey.atlas", "atlas"), ("survey.evaluation", "evaluation")):
        yield from survey(running, out, command, name)


def influence_taps(running: Running, out: Path) -> Waiting:
    """Every tap in the colour of its influence."""
    application, document = running.application, running.application.document
    document.amend(explain="influence")
    application.commands.run("explain.run")
    yield lambda: application.explain.finding is not None and running.is_complete
    yield after(1)
    canvas = canvas_of(running)
    grab(out / "influence_taps.jpg", canvas, canvas.rect())
    document.amend(explain="")
    yield lambda: running.is_complete


def brush(running: Running, out: Path) -> Waiting:
    """A stroke that presses the chair flat, and what it changes."""
    application = running.application
    session, view, document = application.session, application.view, application.document
    view.change(layer="layer4.0")
    document.amend(brush=replace(document.value.brush, kind="flatten", radius=RADIUS))
    application.commands.run("tool.brush")
    drag(running, STROKE)
    yield lambda: bool(session.edits) and session.result is not None
    yield lambda: session.result is not None and session.result.edits == session.edits
    yield lambda: running.is_complete
    yield after(2)
    grab(out / "brush.jpg", running.window, PANES)
    application.commands.run("edit.undo")
    application.commands.run("tool.probe")
    yield lambda: running.is_complete


def right(running: Running, out: Path) -> Waiting:
    """Who is right, with offsets or without."""
    application, document = running.application, running.application.document
    application.commands.run("compare.b.offsets.zero")
    yield lambda: application.compare.found is not None
    compared = replace(document.value.comparing, layout=Layout.WIPE, shown_map=CompareMap.RIGHT)
    document.amend(comparing=compared)
    application.commands.run("view.cloud.explanation")
    yield lambda: running.is_complete
    yield after(2)
    grab(out / "right.jpg", running.window, PANES)
    document.amend(comparing=type(compared)())
    yield lambda: running.is_complete


def survey(running: Running, out: Path, command: str, name: str) -> Waiting:
    """A window on the whole set, with what lies behind one of its cells."""
    running.application.commands.run(command)
    (shown,) = (
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, SurveyWindow) and one.isVisible()
    )
    shown.resize(1060, 640)
    shown.run.click()
    yield lambda: shown.table.cells.table.rows != ()
    yield after(1)
    cells = shown.table.cells
    chosen = (FAR, cells.columnCount() - 1) if name == "atlas" else worst(shown)
    shown.table.setCurrentIndex(cells.index(*chosen))
    shown.table._choose(cells.index(*chosen))
    yield after(1)
    print(f"{name}: {shown.summary.text()} | {shown.heading.text()}", flush=True)
    if name == "atlas":
        for row in cells.table.rows:
            print(*(cell.text for cell in row), flush=True)
    grab(out / f"{name}.jpg", shown, shown.rect())
    shown.close()
    yield after(0.2)


def worst(shown: SurveyWindow) -> tuple[int, int]:
    """The cell beside the diagonal with most pixels: "4,565 pixels, 48 %"."""
    cells = shown.table.cells
    beside = [
        (int(cell.tip.split()[0].replace(",", "")), (row, column))
        for row, line in enumerate(cells.table.rows)
        for column, cell in enumerate(line)
        if cell.leads
        and heading(cells, row, Qt.Orientation.Vertical)
        != heading(cells, column, Qt.Orientation.Horizontal)
    ]
    return max(beside)[1]


def heading(cells: SurveyTableModel, section: int, side: Qt.Orientation) -> str:
    return str(cells.headerData(section, side))


def drag(running: Running, points: tuple[tuple[int, int], ...]) -> None:
    """With the left button held from the first point (u, v) to the last."""
    canvas, left = canvas_of(running), Qt.MouseButton.LeftButton

    def at(u: int, v: int) -> QPoint:
        place: QPoint = canvas.to_viewport(u, v).toPoint()
        return place

    QTest.mousePress(canvas.viewport(), left, pos=at(*points[0]))
    for point in points:
        QTest.mouseMove(canvas.viewport(), at(*point))
    QTest.mouseRelease(canvas.viewport(), left, pos=at(*points[-1]))


def canvas_of(running: Running) -> Any:
    """What the picture is drawn on."""
    return cast(Any, running.window.picture).canvas


def grab(path: Path, widget: QWidget, area: QRect) -> None:
    widget.grab(area).save(str(path), "JPEG", QUALITY)


EXPLAIN, SCREENSHOTS = Path("docs/explain"), Path("assets/screenshots")
PARTS: dict[str, tuple[Callable[[Path], int], Path]] = {
    "maps": (maps, EXPLAIN),
    "edit": (edit, EXPLAIN),
    "window": (window, EXPLAIN),
    "classes": (classes, SCREENSHOTS),
    "cloud": (cloud, SCREENSHOTS),
}

if __name__ == "__main__":
    sys.exit(main())
