"""Saving: the files, and who is asked where to."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from session_support import (
    HEIGHT,
    WIDTH,
    FakeFrames,
    FakeView,
    InlineRunner,
    make_frame,
    make_screen,
)
from session_support import make_result as result_of

from sgnet_model.inspection.probe import probe, probe_json
from sgnet_viewer.controllers.export import ExportController
from sgnet_viewer.controllers.probe import ProbeController
from sgnet_viewer.exports.figure import Figure, figure_svg
from sgnet_viewer.exports.files import png_from_svg
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.render.taps import probe_marks
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session, Target
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import PictureMode, TapWeight, ViewSettings

SVG = "{http://www.w3.org/2000/svg}"
SCALE = 10  # 128 pixels become 1280


class Bench:
    """An open frame with a result and one probe; `save` answers the dialogue."""

    def __init__(self, depth: bool = True) -> None:
        self.window = FakeView(parts=True)
        self.session = Session()
        self.view = ViewState(document=self.session.document)
        self.probes = Probes(self.session.document)
        self.notices = Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        window: Any = self.window
        reader = ProbeController(
            window, self.session, self.view, self.probes, self.notices, InlineRunner()
        )
        screen = make_screen(window, self.session, lambda: Findings(reader.findings()))
        self.controller = ExportController(
            window, self.session, self.probes, reader, screen, self.notices, InlineRunner()
        )
        if depth:
            frame = make_frame()
            self.session.set_frames(FakeFrames(frame), Target(("x",)))
            self.session.set_frame(0, frame)
            self.session.set_result(result_of(frame))
            self.probes.place(50, 40)

    def save(self, intent: str, path: Path) -> str:
        """The sentence that followed."""
        self.window.answers["ask_save"] = str(path)
        getattr(self.controller, intent)()
        return self.reports[-1].text


@pytest.fixture
def bench() -> Bench:
    return Bench()


def marks_figure(weight: TapWeight = TapWeight.SIZE, grid: bool = True) -> Figure:
    result = result_of()
    frame = result.frame
    settings = ViewSettings(mode=PictureMode.DEPTH)
    read = probe(result.prediction, 50, 40, frame.depth_m, frame.intrinsics)
    picture = compose_picture(frame, result.prediction, settings)
    return Figure(picture, (probe_marks(read, 1, settings, True),), weight, grid)


def group(root: ET.Element, name: str) -> ET.Element:
    (found,) = [g for g in root.iter(f"{SVG}g") if g.get("id") == name]
    return found


def places(element: ET.Element) -> list[tuple[float, ...]]:
    moved = [g.get("transform", "") for g in element.iter(f"{SVG}g")][1:]
    return [tuple(map(float, text[len("translate(") : -1].split())) for text in moved]


def test_a_figure_has_every_tap_and_ghost_at_its_place() -> None:
    figure = marks_figure()
    root = ET.fromstring(figure_svg(figure))
    layer = figure.probes[0].taps[-1]
    assert layer.layer == "layer2.3"
    for name, x, y in (("taps", layer.x, layer.y), ("grid", layer.grid_x, layer.grid_y)):
        wanted = np.stack((x, y), 1) * SCALE + SCALE / 2
        assert np.allclose(places(group(root, f"{name}-1-layer2.3")), wanted, atol=0.006)
    assert len(list(group(root, "grid-1-layer2.3").iter(f"{SVG}rect"))) == 18
    arrows = group(root, "grid-1-layer2.3").findall(f"{SVG}path")
    assert [path.get("stroke") for path in arrows] == ["#000000", hex_of(layer.colour)]


def test_taps_that_stay_on_their_grid_have_no_empty_arrows() -> None:
    figure = marks_figure()
    (probe_mark,) = figure.probes
    layer = replace(probe_mark.taps[0], x=probe_mark.taps[0].grid_x, y=probe_mark.taps[0].grid_y)
    still = replace(figure, probes=(replace(probe_mark, taps=(layer,)),))
    root = ET.fromstring(figure_svg(still))
    assert group(root, f"grid-1-{layer.layer}").findall(f"{SVG}path") == []
    assert all(path.get("d") for path in root.iter(f"{SVG}path"))


def hex_of(colour: tuple[int, int, int]) -> str:
    return "#" + bytes(colour).hex()


def test_there_is_room_for_taps_beyond_the_picture() -> None:
    figure = marks_figure()
    (probe_mark,) = figure.probes
    layer = replace(probe_mark.taps[0], x=probe_mark.taps[0].x - 60)
    beyond = replace(figure, probes=(replace(probe_mark, taps=(layer,)),))
    root = ET.fromstring(figure_svg(beyond))
    room = -SCALE * (float(layer.x.min()) + 0.5)
    wider = float(root.get("width", 0)) - float(ET.fromstring(figure_svg(figure)).get("width", 0))
    assert room < wider < room + 30
    shift = root.find(f"{SVG}g").get("transform")  # type: ignore[union-attr]
    assert shift == f"translate({wider:g} 0)"


def test_a_figure_without_the_grid_has_no_arrows() -> None:
    root = ET.fromstring(figure_svg(marks_figure(grid=False)))
    names = {g.get("id") for g in root.iter(f"{SVG}g")}
    assert "taps-1-layer2.3" in names
    assert "grid-1-layer2.3" not in names


def test_modulation_is_the_size_or_the_opacity() -> None:
    def values(weight: TapWeight, name: str) -> set[str | None]:
        root = ET.fromstring(figure_svg(marks_figure(weight, grid=False)))
        discs = [c for c in root.iter(f"{SVG}circle") if c.get("fill") != "none"]
        return {disc.get(name) for disc in discs}

    assert len(values(TapWeight.SIZE, "r")) > 9
    assert values(TapWeight.SIZE, "fill-opacity") == {"1.000"}
    assert len(values(TapWeight.OPACITY, "r")) == 1
    assert len(values(TapWeight.OPACITY, "fill-opacity")) > 9


def test_the_colour_bar_stands_beside_the_figure_with_its_unit() -> None:
    svg = figure_svg(marks_figure())
    assert "depth" in svg
    assert "2.50 m" in svg


@pytest.mark.usefixtures("qapp")  # fonts need it
def test_the_png_is_the_figure_pixel_by_pixel() -> None:
    figure = marks_figure()
    data = np.frombuffer(png_from_svg(figure_svg(figure)), np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]
    assert image.shape[0] == HEIGHT * SCALE
    assert image.shape[1] > WIDTH * SCALE
    # Away from the probe each picture pixel fills a square.
    for v, u in ((5, 5), (90, 120)):
        square = image[v * SCALE + 2 : v * SCALE + 8, u * SCALE + 2 : u * SCALE + 8]
        assert (square == figure.picture.image[v, u]).all()


@pytest.mark.usefixtures("qapp")
def test_picture_labels_cloud_and_probe_are_saved(bench: Bench, tmp_path: Path) -> None:
    assert bench.save("save_picture", tmp_path / "a.svg") == (
        f"Saved the picture as {tmp_path / 'a.svg'}."
    )
    bench.save("save_picture", tmp_path / "a.png")
    assert cv2.imread(str(tmp_path / "a.png")).shape == (HEIGHT * SCALE, WIDTH * SCALE, 3)
    bench.save("save_labels", tmp_path / "labels.png")
    labels = cv2.imread(str(tmp_path / "labels.png"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(labels, result_of().prediction.labels + 1)
    bench.save("save_cloud", tmp_path / "cloud.ply")
    stored = (tmp_path / "cloud.ply").read_bytes()
    assert b"element vertex 12287\n" in stored
    assert b"property uchar label\nproperty float confidence\n" in stored
    bench.save("save_probe", tmp_path / "probe.json")
    saved = json.loads((tmp_path / "probe.json").read_text())
    result = bench.session.result
    assert result is not None
    read = probe(result.prediction, 50, 40, result.frame.depth_m, result.frame.intrinsics)
    assert saved["layers"] == json.loads(json.dumps(probe_json(read)["layers"]))
    assert saved["network"] == "sgnet-test"
    assert [report.level for report in bench.reports] == ["info"] * 5


def test_the_cloud_is_saved_as_shown(bench: Bench, tmp_path: Path) -> None:
    bench.view.change(hidden=frozenset({0, 1}))
    chairs = int((result_of().prediction.labels == 2).sum())
    said = bench.save("save_cloud", tmp_path / "cloud.ply")
    assert said.startswith(f"Saved {chairs:,} points")
    bench.view.change(hidden=frozenset({0, 1, 2}))
    assert "show at least one class" in bench.save("save_cloud", tmp_path / "none.ply")
    assert not (tmp_path / "none.ply").exists()


@pytest.mark.usefixtures("qapp")
def test_a_name_without_an_ending_gets_the_usual_one(bench: Bench, tmp_path: Path) -> None:
    bench.save("save_picture", tmp_path / "figure")
    assert (tmp_path / "figure.png").is_file()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("confirmed", [True, False])
def test_a_file_the_dialogue_did_not_ask_about_is_not_replaced_unasked(
    bench: Bench, tmp_path: Path, confirmed: bool
) -> None:
    precious = tmp_path / "precious.png"
    precious.write_bytes(b"precious")
    bench.window.answers["ask_save"] = str(tmp_path / "precious")
    asked: list[str] = []
    bench.window.confirm = lambda question: asked.append(question) or confirmed
    bench.controller.save_labels()
    assert asked == ["precious.png is there. Replace it?"]
    assert (precious.read_bytes() == b"precious") is not confirmed


@pytest.mark.usefixtures("qapp")
def test_a_number_at_the_end_is_no_suffix(bench: Bench, tmp_path: Path) -> None:
    bench.save("save_labels", tmp_path / "frame.001")
    assert (tmp_path / "frame.001.png").is_file()


def test_the_names_offered_tell_what_they_are(bench: Bench) -> None:
    bench.window.answers["ask_save"] = ""
    for intent in ("save_picture", "save_labels", "save_cloud", "save_probe"):
        getattr(bench.controller, intent)()
    names = [values[1] for name, values in bench.window.calls if name == "ask_save"]
    assert names == [
        "frame-overlay.png",
        "frame-labels.png",
        "frame-cloud.ply",
        "frame-probe-50-40.json",
    ]
    assert bench.reports == []


def test_what_cannot_be_written_is_a_sentence(bench: Bench, tmp_path: Path) -> None:
    assert "cannot be written" in bench.save("save_labels", tmp_path / "no" / "l.png")
    assert ".png or .svg" in bench.save("save_picture", tmp_path / "figure.bmp")


def test_a_full_disk_is_a_sentence_and_leaves_no_file(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    said = bench.save("save_cloud", tmp_path / "cloud.ply")
    assert "No space left on device" in said
    assert list(tmp_path.iterdir()) == []


def test_with_nothing_open_there_is_nothing_to_save() -> None:
    bench = Bench(depth=False)
    for intent in ("save_picture", "save_labels", "save_cloud", "save_probe"):
        getattr(bench.controller, intent)()
    assert len(bench.reports) == 4
    assert all(report.text.startswith("There ") for report in bench.reports)
    assert bench.window.called("ask_save") == 0
