"""Saving: the files, and who is asked where to."""

from __future__ import annotations

import json
import re
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

from sgnet_model.edits import parse_edits
from sgnet_model.inspection.probe import probe, probe_json
from sgnet_model.inspection.result_json import frame_json, network_json
from sgnet_model.switches import parse_switches
from sgnet_viewer.contract.picture import RegionName
from sgnet_viewer.contract.tools import ToolLine, ToolOverlay, ToolText
from sgnet_viewer.controllers.export import ExportController
from sgnet_viewer.controllers.probe import ProbeController
from sgnet_viewer.controllers.saving import Saving
from sgnet_viewer.exports.figure import Figure, page_of
from sgnet_viewer.exports.files import save_probe
from sgnet_viewer.exports.pages import figure_pdf, figure_png, figure_svg
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.render.taps import probe_marks
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
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
            self.session,
            self.probes,
            reader,
            screen,
            Saving(window, self.notices, InlineRunner()),
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


def svg_of(figure: Figure) -> ET.Element:
    return ET.fromstring(figure_svg(figure))


def group(root: ET.Element, name: str) -> ET.Element:
    (found,) = [g for g in root.iter(f"{SVG}g") if g.get("id") == name]
    return found


def names(root: ET.Element) -> list[str]:
    return [name for g in root.iter(f"{SVG}g") if (name := g.get("id")) is not None]


def places(element: ET.Element, shape: str) -> list[tuple[float, float]]:
    """Where each shape of that kind was drawn, once for each place."""
    found = []
    for g in element.iter(f"{SVG}g"):
        matrix = re.fullmatch(r"matrix\((.*)\)", g.get("transform", ""))
        if matrix is not None and g.find(f"{SVG}{shape}") is not None:
            x, y = map(float, matrix[1].split(",")[4:])
            found.append((x, y))
    return list(dict.fromkeys(found))


@pytest.mark.usefixtures("qapp")  # fonts need it
def test_a_figure_has_every_tap_and_ghost_at_its_place() -> None:
    figure = marks_figure()
    root = svg_of(figure)
    layer = figure.probes[0].taps[-1]
    assert layer.layer == "layer2.3"
    known = (("taps", "circle", layer.x, layer.y), ("grid", "rect", layer.grid_x, layer.grid_y))
    for name, shape, x, y in known:
        wanted = np.stack((x, y), 1) * SCALE + SCALE / 2
        found = places(group(root, f"{name}-1-layer2.3"), shape)
        assert np.allclose(found, wanted, atol=0.006)
    assert hex_of(layer.colour) in ET.tostring(group(root, "grid-1-layer2.3"), "unicode")


@pytest.mark.usefixtures("qapp")
def test_taps_that_stay_on_their_grid_have_no_arrows() -> None:
    figure = marks_figure()
    (probe_mark,) = figure.probes
    layer = replace(probe_mark.taps[0], x=probe_mark.taps[0].grid_x, y=probe_mark.taps[0].grid_y)
    still = replace(figure, probes=(replace(probe_mark, taps=(layer,)),))
    grid = ET.tostring(group(svg_of(still), f"grid-1-{layer.layer}"), "unicode")
    assert hex_of(layer.colour) not in grid


def hex_of(colour: tuple[int, int, int]) -> str:
    return "#" + bytes(colour).hex()


@pytest.mark.usefixtures("qapp")
def test_there_is_room_for_taps_beyond_the_picture() -> None:
    figure = marks_figure()
    (probe_mark,) = figure.probes
    layer = replace(probe_mark.taps[0], x=probe_mark.taps[0].x - 60)
    beyond = replace(figure, probes=(replace(probe_mark, taps=(layer,)),))
    room = -SCALE * (float(layer.x.min()) + 0.5)
    wider = page_of(beyond).width - page_of(figure).width
    assert room < wider < room + 30
    (image,) = group(svg_of(beyond), "picture").iter(f"{SVG}image")
    assert (float(image.get("x", 0)), float(image.get("y", 0))) == (wider, 0)


@pytest.mark.usefixtures("qapp")
def test_a_figure_without_the_grid_has_no_arrows() -> None:
    found = names(svg_of(marks_figure(grid=False)))
    assert "taps-1-layer2.3" in found
    assert "grid-1-layer2.3" not in found


@pytest.mark.usefixtures("qapp")
def test_modulation_is_the_size_or_the_opacity() -> None:
    def discs(weight: TapWeight) -> tuple[set[str | None], set[str | None]]:
        taps = group(svg_of(marks_figure(weight, grid=False)), "taps-1-layer2.3")
        filled = [g for g in taps.iter(f"{SVG}g") if g.get("fill-opacity") is not None]
        radii = {circle.get("r") for g in filled for circle in g.iter(f"{SVG}circle")}
        return radii, {g.get("fill-opacity") for g in filled}

    radii, opacities = discs(TapWeight.SIZE)
    assert len(radii) > 5
    assert opacities == {"1"}
    radii, opacities = discs(TapWeight.OPACITY)
    assert len(radii) == 1
    assert len(opacities) > 5


@pytest.mark.usefixtures("qapp")
def test_the_colour_bar_stands_beside_the_figure_with_its_unit() -> None:
    texts = [text.text for text in group(svg_of(marks_figure()), "colour-bar-1").iter(f"{SVG}text")]
    assert texts == ["depth", "2.00 m", "2.50 m", "3.00 m"]


@pytest.mark.usefixtures("qapp")
def test_what_lies_over_the_picture_is_saved_with_it() -> None:
    plain = marks_figure(grid=False)
    line = ToolLine((5.0, 80.0), (60.0, 80.0), (255, 214, 64))
    name = RegionName("wall", 20, 12, (9, 0, 0))
    figure = replace(
        plain,
        picture=replace(plain.picture, names=(name,)),
        tool=ToolOverlay((line,), (), (ToolText((60.0, 80.0), "1.20 m"),)),
    )
    root = svg_of(figure)
    assert names(root)[:3] == ["picture", "names", "tool"]
    assert [text.text for text in group(root, "tool").iter(f"{SVG}text")] == ["1.20 m"]
    assert [text.text for text in group(root, "names").iter(f"{SVG}text")] == ["wall"]
    shown = pixels(figure_png(figure))
    red, green, blue = shown[80 * SCALE + 5, 200].astype(int)
    assert min(red, green) > blue + 100  # the line, yellow


@pytest.mark.usefixtures("qapp")
def test_a_pdf_has_one_page_of_the_figures_size() -> None:
    figure = marks_figure()
    page, data = page_of(figure), figure_pdf(figure)
    assert data.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", data)
    assert np.allclose([float(side) for side in box], np.array([page.width, page.height]) * 0.75)
    assert b"/DCTDecode" not in data  # the picture is as it was, not as JPEG has it


def pixels(png: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


@pytest.mark.usefixtures("qapp")
def test_the_png_is_the_figure_pixel_by_pixel() -> None:
    figure = marks_figure()
    image = pixels(figure_png(figure))
    assert image.shape[0] == HEIGHT * SCALE
    assert image.shape[1] > WIDTH * SCALE
    # Away from the probe each picture pixel fills a square.
    for v, u in ((5, 5), (90, 120)):
        square = image[v * SCALE : (v + 1) * SCALE, u * SCALE : (u + 1) * SCALE]
        assert (square == figure.picture.image[v, u]).all()


@pytest.mark.usefixtures("qapp")
def test_picture_labels_cloud_and_probe_are_saved(bench: Bench, tmp_path: Path) -> None:
    assert bench.save("save_picture", tmp_path / "a.svg") == (
        f"Saved the picture as {tmp_path / 'a.svg'}."
    )
    bench.save("save_picture", tmp_path / "a.png")
    assert cv2.imread(str(tmp_path / "a.png")).shape == (HEIGHT * SCALE, WIDTH * SCALE, 3)
    bench.save("save_picture", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
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
    assert saved["network"]["variant"] == "sgnet-test"
    assert [report.level for report in bench.reports] == ["info"] * 6


def test_a_saved_probe_says_what_it_was_asked_of(tmp_path: Path) -> None:
    result = result_of()
    switched = replace(result.prediction, switches=parse_switches(["all:offsets=zero"]))
    asked = replace(result, prediction=switched, edits=parse_edits(["shift=0.1"]))
    read = probe(switched, 50, 40, result.frame.depth_m, result.frame.intrinsics)
    save_probe(tmp_path / "a.json", read, asked)
    saved = json.loads((tmp_path / "a.json").read_text())
    height, width = switched.network_size
    assert saved["network"] == network_json("sgnet-test", "cpu", "fp32", (height, width))
    assert saved["frame"] == json.loads(json.dumps(frame_json(result.frame)))
    assert (saved["switches"], saved["edits"]) == (["all:offsets=zero"], ["shift=0.1"])


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


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("intent", "name", "endings"),
    [
        ("save_labels", "a.jpg", ".png"),
        ("save_cloud", "a.png", ".ply"),
        ("save_probe", "a.csv", ".json"),
        ("save_picture", "a.bmp", ".png, .svg or .pdf"),
    ],
)
def test_the_ending_of_another_format_is_refused(
    bench: Bench, tmp_path: Path, intent: str, name: str, endings: str
) -> None:
    said = bench.save(intent, tmp_path / name)
    assert said == f"{name} has another format's ending: end the name in {endings}."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("qapp")
def test_capital_letters_are_no_other_format(bench: Bench, tmp_path: Path) -> None:
    bench.save("save_labels", tmp_path / "a.PNG")
    bench.save("save_cloud", tmp_path / "a.PLY")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.PLY", "a.PNG"]


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


def test_the_view_of_labels_and_the_labels_are_offered_under_two_names(bench: Bench) -> None:
    bench.view.change(mode=PictureMode.LABELS)
    bench.window.answers["ask_save"] = ""
    bench.controller.save_picture()
    bench.controller.save_labels()
    names = [values[1] for name, values in bench.window.calls if name == "ask_save"]
    assert names == ["frame-labels-view.png", "frame-labels.png"]


def test_what_cannot_be_written_is_a_sentence(bench: Bench, tmp_path: Path) -> None:
    assert "cannot be written" in bench.save("save_labels", tmp_path / "no" / "l.png")
    assert ".png, .svg or .pdf" in bench.save("save_picture", tmp_path / "figure.bmp")


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
