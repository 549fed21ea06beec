"""The report's parts: published numbers, what is matched to them, and the two renderings."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from sgnet_model.config import VARIANTS
from sgnet_model.data.palettes import NYU13, NYU40
from sgnet_model.evaluation.frame_scores import FrameScore
from sgnet_model.evaluation.outcomes import Skipped
from sgnet_model.evaluation.results import Results, Settings, results_from_json, score_values
from sgnet_model.report.blocks import NONE, Gallery, Plot, Table
from sgnet_model.report.class_plot import class_plot, signed
from sgnet_model.report.compose import OtherRun, compose
from sgnet_model.report.examples import typical, worst
from sgnet_model.report.html import to_html
from sgnet_model.report.markdown import images_of, to_markdown
from sgnet_model.report.matrix_plot import largest_confusions, matrix_plot, row_shares
from sgnet_model.report.measured import Measured, Speed, read_measured
from sgnet_model.report.others import NYUDV2, SPEEDS, SUN_RGBD
from sgnet_model.report.paper import (
    TABLE_I,
    TABLE_II,
    TABLE_III,
    TABLE_IV,
    TABLE_VI,
    TABLE_VII,
    TABLE_VIII,
    TABLES,
)
from sgnet_model.report.speed import measured_points, other_points, published_points
from sgnet_model.report.speed_plot import SpeedPoint, speed_plot
from sgnet_model.report.store import Material
from sgnet_model.report.svg import DARK, LIGHT, Svg
from sgnet_model.report.tables import paper_blocks, value_here
from sgnet_model.types import UserError

MATRIX = np.array([[8, 2, 0], [1, 5, 0], [0, 0, 0]], np.int64)
NAMES = ("wall", "floor", "ceiling")


def results(**changes: object) -> Results:
    """Three classes, one of them nowhere; the settings can be changed."""
    settings = Settings(data="NYUDv2", split="test", variant="sgnet-r101", scheme="nyu40")
    return Results(
        settings=replace(settings, **changes),  # type: ignore[arg-type]
        scores=score_values(MATRIX, NAMES),
        frames=654,
        scored=654,
        matrix=MATRIX,
        frame_scores={"a": FrameScore(0.5, 0.25)},
    )


def bench_row(**changes: object) -> dict[str, object]:
    return {
        "variant": "sgnet-r101",
        "implementation": "ours",
        "device": "cuda",
        "dtype": "fp32",
        "height": 480,
        "width": 640,
        "batch": 1,
        "median_ms": 20.0,
        "peak_mb": 900,
        **changes,
    }


def test_score_values() -> None:
    scores = score_values(MATRIX, NAMES)
    assert scores.acc == pytest.approx(13 / 16)
    assert scores.iou == {
        "wall": pytest.approx(8 / 11),
        "floor": pytest.approx(5 / 8),
        "ceiling": None,
    }
    assert scores.left_out_of_miou == scores.left_out_of_macc == ("ceiling",)


def test_results_survive_json() -> None:
    first = replace(results(size=(480, 640), seed=4), skipped=(Skipped("x", "cut off"),))
    found = results_from_json(json.loads(json.dumps(first.to_json())), "here")
    assert found.to_json() == first.to_json()
    assert found.matrix is not None
    printed = results_from_json(first.summary_json(), "here")
    assert printed.matrix is None
    assert printed.scores == first.scores


@pytest.mark.parametrize(
    "change",
    [
        {"acc": 7},
        {"iou": 3},
        {"skipped": [1]},
        {"confusion": [[1]]},
        {"scales": "x"},
        {"size": [1]},
    ],
)
def test_other_json_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(UserError, match=r"run\.json is not the JSON of an evaluation"):
        results_from_json({**results().to_json(), **change}, "run.json")
    for other in ([], {}, None, "text"):
        with pytest.raises(UserError, match="is not the JSON of an evaluation"):
            results_from_json(other, "run.json")


def test_the_papers_tables() -> None:
    """Every variant can be built here; a few numbers, typed in again from the paper."""
    assert [table.number for table in TABLES] == [
        *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
        "",
    ]
    variants = {row.variant for table in TABLES for row in table.rows} - {""}
    assert variants <= set(VARIANTS)
    assert [row.published["miou"] for row in TABLE_I.rows] == [43.0, 47.0, 46.6, 46.5, 47.8, 49.0]
    assert [row.published["acc"] for row in TABLE_III.rows] == [72.1, 73.9, 75.2, 74.5, 75.5]
    for row in (*TABLE_I.rows, *TABLE_II.rows, *TABLE_VII.rows, *TABLE_VIII.rows):
        if "parameters" in row.published:  # printed for 40 classes, 57.56 cut off to 57.5
            built = value_here(TABLE_VI, row, "parameters", Measured())
            assert built == pytest.approx(row.published["parameters"], abs=0.07)
    for row in TABLE_IV.rows[-2:]:  # from the ablation, on the same footing
        (same,) = (one for one in TABLE_III.rows if one.variant == row.variant)
        assert row.published == same.published
    for row in TABLE_VI.rows:
        assert 1 / row.published["seconds"] == pytest.approx(row.published["fps"], rel=0.06)
        built = value_here(TABLE_VI, row, "parameters", Measured())
        if row.variant != "og-r101":  # the paper's 57.7 is explained in a note
            assert built == pytest.approx(row.published["parameters"], abs=0.06)


def test_other_authors_rows() -> None:
    """A few numbers, typed in again from the sources; every row names where it is from."""
    nyu = {one.name: (one.acc, one.macc, one.miou) for one in NYUDV2}
    sun = {one.name: (one.acc, one.macc, one.miou) for one in SUN_RGBD}
    assert nyu["RDFNet-152"] == (76, 62.8, 50.1)
    assert nyu["LSD-GF"] == (71.9, 60.7, 45.9)
    assert nyu["ACNet"] == (None, None, 48.3)
    assert sun["MMAF-Net-152"] == (81, 58.2, 47)
    assert sun["3D-GNN"] == (None, 57, 45.9)
    for rows in (NYUDV2, SUN_RGBD):
        assert len({one.name for one in rows}) == len(rows)
        for one in rows:
            assert 2015 <= one.year <= 2020
            assert one.source
            scores = [score for score in (one.acc, one.macc, one.miou) if score is not None]
            assert scores == sorted(scores, reverse=True)  # Acc > mAcc > mIoU
            assert all(20 < score < 90 for score in scores)
    assert all(one.source and one.machine and 1 < one.fps < 100 for one in SPEEDS)


def test_other_authors_stand_in_one_order_with_the_paper_and_this_run() -> None:
    blocks = paper_blocks(Measured((results(), replace(results(variant="sgnet-r50"), scored=3))))
    tables = [block for block in blocks if isinstance(block, Table) and block.folded]
    nyu, sun = tables
    assert nyu.caption.endswith("beside those of Table VII.")
    assert len(nyu.rows) == len(NYUDV2) + len(TABLE_VII.rows) + 1  # not the run on three frames
    assert ("SGNet", NONE, "measured here", "81.2", "81.7", "67.6") in nyu.rows
    assert ("SGNet*, multi-scale", "2021", "the paper", "76.8", "63.3", "51.1") in nyu.rows
    assert ("ACNet", "2019", NYUDV2[0].source, NONE, NONE, "48.3") in nyu.rows
    assert len(sun.rows) == len(SUN_RGBD) + len(TABLE_VIII.rows)
    for table in tables:
        order = [float(row[-1]) for row in table.rows]
        assert order == sorted(order, reverse=True)


def test_results_are_matched_by_network_classes_and_scales() -> None:
    scales = {"scales": (0.8, 1.0, 2.0), "variant": "sgnet-r101-aspp"}
    right, multi = results(), results(**scales, rescale="input")
    few = replace(right, scored=2)
    measured = Measured((few, right, multi))
    row = TABLE_III.rows[-1]
    assert measured.of_row(row, TABLE_III) is right  # the one over most frames
    training = replace(right, scored=TABLE_III.frames + 100)
    tested = replace(right, scored=TABLE_III.frames)
    both = Measured((training, tested, right))
    assert both.of_row(row, TABLE_III) is tested  # as many as the paper tests on, not most
    assert value_here(TABLE_III, row, "acc", measured) == pytest.approx(1300 / 16)
    assert value_here(TABLE_III, TABLE_III.rows[0], "acc", measured) is None
    assert measured.of_row(TABLE_VII.rows[2], TABLE_VII) is None
    assert measured.of_row(TABLE_VII.rows[3], TABLE_VII) is multi
    ours = Measured((results(**scales, rescale="frame"),))  # not the authors' multi-scale test
    assert ours.of_row(TABLE_VII.rows[3], TABLE_VII) is None
    assert "0.8, 1, 2 of the frame" in str(paper_blocks(ours)[-1])
    assert "of the frame" not in str(paper_blocks(measured)[-1])
    for other in ({"scheme": "sun37"}, {"seed": 0}, {"flip": True}, {"scales": (0.5,)}):
        assert Measured((results(**other),)).of_row(row, TABLE_III) is None


def test_an_evaluation_named_twice_counts_once(tmp_path: Path) -> None:
    own, other = results(), replace(results(), scored=3)
    for name, run in (("own", own), ("other", other)):
        (tmp_path / f"{name}.json").write_text(json.dumps(run.to_json()))
    paths = [tmp_path / f"{name}.json" for name in ("own", "other", "other")]
    assert [run.scored for run in read_measured(paths, own).results] == [654, 3]


def test_a_run_on_few_frames_says_so() -> None:
    told = str(paper_blocks(Measured((replace(results(size=(480, 640)), scored=2),))))
    assert "2 frames fed 480x640; the paper has 654, so the numbers do not compare" in told
    assert "do not compare" not in str(paper_blocks(Measured((results(),))))
    empty = [block for block in paper_blocks(Measured()) if isinstance(block, Table)]
    table = next(block for block in empty if block.caption.startswith("Table III"))
    assert {cell for row in table.rows for cell in row[3::2]} == {NONE}


def test_rows_of_a_benchmark(tmp_path: Path) -> None:
    rows = [
        bench_row(),
        bench_row(dtype="fp16", median_ms=5.0),
        bench_row(implementation="baseline", median_ms=16.0),
        bench_row(implementation="unapplied", median_ms=18.0),
        bench_row(implementation="stock", median_ms=90.0),
        bench_row(batch=8, median_ms=1.0),
        bench_row(height=425, width=560, median_ms=10.0, dtype="bf16"),
        bench_row(variant="sgnet-r101-aspp", implementation="baseline", median_ms=3.0),
        bench_row(median_ms=None),
    ]
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"rows": rows, "machine": {"processor": "P", "GPU": "G"}}))
    measured = read_measured([path])
    found = {row.variant: value_here(TABLE_VI, row, "fps", measured) for row in TABLE_VI.rows}
    assert found["sgnet-r101"] == pytest.approx(50)  # float32, as in the paper
    assert found["baseline-r101"] == pytest.approx(62.5)
    assert found["sgnet-r101-unapplied"] == pytest.approx(1000 / 18)
    assert found["og-r101"] is None
    assert value_here(TABLE_VII, TABLE_VII.rows[1], "fps", measured) == pytest.approx(100)
    assert value_here(TABLE_VII, TABLE_VII.rows[3], "fps", measured) is None  # several scales
    told = str(paper_blocks(measured))
    assert "Speed here: cuda (G) in fp32, batch 1." in told
    assert "Speed here: cuda (G) in bf16, batch 1." in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is not JSON"),
        ('{"rows": [{"variant": "x"}]}', "is not one of bench --json"),
        ('{"rows": 3}', "is not one of bench --json"),
        (json.dumps({"rows": [bench_row(median_ms=0)]}), "is not one of bench --json"),
        ("{}", "is not the JSON of an evaluation"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(UserError, match=said):
        read_measured([path])
    with pytest.raises(UserError, match="does not exist"):
        read_measured([tmp_path / "gone.json"])


def test_points_of_speed_and_accuracy() -> None:
    published = {point.name: (point.fps, point.miou) for point in published_points()}
    assert published["SGNet* (425x560)"] == (26, pytest.approx(0.502))
    assert published["HHANet"] == (18, pytest.approx(0.454))
    speed = Speed("sgnet-r101", 480, 640, 0.02, "cuda", "fp32")
    (ours,) = measured_points(Measured((results(), results(flip=True)), (speed,)))
    assert (ours.fps, ours.ours) == (pytest.approx(50), True)
    assert ours.miou == pytest.approx((8 / 11 + 5 / 8) / 2)
    assert measured_points(Measured((results(variant="sgnet-r50"),), (speed,))) == ()


def test_other_authors_points_are_dashed_and_sized_by_their_parameters() -> None:
    """The paper's Fig. 6 has them too; only those whose three numbers come from one source."""
    points = {point.name: point for point in other_points()}
    assert len(points) == sum(one.parameters is not None for one in SPEEDS) == 4
    rdf = points["RDFNet (ResNet-101)"]
    assert (rdf.fps, rdf.miou, rdf.parameters) == (11.4, pytest.approx(0.501), 443_000_000)
    assert rdf.radius == pytest.approx(7 * (443 / 58.3) ** 0.5)
    svg = speed_plot((*published_points(), *points.values())).inline()
    assert svg.count("stroke-dasharray") == 4 + 1  # and one in the key
    shown = to_markdown(compose(Material(results()), Measured((results(),))))
    assert "| ESANet-R50 | Jetson AGX Xavier, TensorRT, fp16 |" in shown
    assert "RDFNet (ResNet-101) | not named |" in shown


def test_differences_have_a_sign_where_there_is_one() -> None:
    found = [signed(value) for value in (0.0151, -0.2, 0.0004, -0.0004)]
    assert found == ["+1.5", "-20.0", "0.0", "0.0"]


def test_confusions() -> None:
    assert row_shares(MATRIX).tolist() == [[0.8, 0.2, 0], [1 / 6, 5 / 6, 0], [0, 0, 0]]
    first, second = largest_confusions(MATRIX, NAMES)
    assert (first.truth, first.predicted, first.share, first.pixels) == ("wall", "floor", 0.2, 2)
    assert second.pixels == 1


SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: Svg, tag: str) -> dict[str, ElementTree.Element]:
    """The elements of a drawing by what browsers tell of them under the pointer."""
    found = ElementTree.fromstring(svg.file()).iter(f"{SVG}{tag}")
    return {node.findtext(f"{SVG}title", ""): node for node in found}


def numbers(node: ElementTree.Element, *names: str) -> list[float]:
    return [float(node.attrib[name]) for name in names]


def test_the_matrix_has_truth_in_its_rows_and_two_colours() -> None:
    cells = drawn(matrix_plot(MATRIX, NAMES), "rect")
    right, wrong = cells["wall as wall: 80.0%"], cells["wall as floor: 20.0%"]
    (x, y), (u, v) = (numbers(cell, "x", "y") for cell in (right, wrong))
    assert (y, u > x) == (v, True)  # in one row, further to the right
    assert numbers(cells["floor as wall: 16.7%"], "x")[0] == x
    assert (right.get("fill"), wrong.get("fill")) == (LIGHT["accent"], LIGHT["other"])
    assert numbers(wrong, "fill-opacity") == [pytest.approx(0.2**0.5, abs=0.005)]


def test_what_became_better_lies_on_the_right_and_the_tick_at_the_other_run() -> None:
    svg = class_plot({"wall": 0.6, "floor": 0.3}, {"wall": 0.5, "floor": 0.5}, "before")
    bars = drawn(svg, "rect")
    better, worse = bars["wall: +10.0 points"], bars["floor: -20.0 points"]
    (left, width), (start, length) = (numbers(bar, "x", "width") for bar in (better, worse))
    assert left == pytest.approx(start + length)  # both begin in the middle
    assert length == pytest.approx(2 * width, abs=0.2)
    assert (better.get("fill"), worse.get("fill")) == (LIGHT["accent"], LIGHT["other"])
    begins, share = numbers(bars["wall: 60.0%"], "x", "width")
    lines = ElementTree.fromstring(svg.file()).iter(f"{SVG}line")
    ticks = [numbers(one, "x1")[0] for one in lines if one.get("stroke") == LIGHT["other"]]
    assert ticks == [pytest.approx(begins + share * 0.5 / 0.6, abs=0.2)] * 2


def test_faster_is_on_the_right_and_better_is_higher() -> None:
    points = (SpeedPoint("slow", 10, 0.5, ours=True), SpeedPoint("fast", 40, 0.4, ours=True))
    circles = drawn(speed_plot(points), "circle")
    slow, fast = (
        next(node for tip, node in circles.items() if tip.startswith(name))
        for name in ("slow", "fast")
    )
    (x, y), (u, v) = (numbers(node, "cx", "cy") for node in (slow, fast))
    assert u > x
    assert v > y


def test_a_drawing_has_its_dark_colours_for_a_dark_theme() -> None:
    _, _, dark = matrix_plot(MATRIX, NAMES).file().decode().partition("prefers-color-scheme: dark")
    for name, colour in DARK.items():
        assert f".fill-{name} {{ fill: {colour}; }} .stroke-{name} {{ stroke: {colour}; }}" in dark
    assert not set(DARK.values()) & set(LIGHT.values())


def test_drawings_are_svg_that_shows_every_class() -> None:
    iou = {name: (None if name == "bag" else 0.5) for name in NYU40.classes}
    other = dict.fromkeys(NYU40.classes, 0.75)
    drawings = (
        class_plot(iou),
        class_plot(iou, other, "<a> & b"),
        matrix_plot(np.eye(40, dtype=np.int64), NYU40.classes),
        speed_plot((*published_points(), SpeedPoint("ours", 400, 0.1, ours=True))),
    )
    for svg in drawings:
        tree = ElementTree.fromstring(svg.file())
        texts = [node.text for node in tree.iter("{http://www.w3.org/2000/svg}text")]
        if svg is drawings[-1]:
            assert {"ours", "HHANet", "20", "200"} <= set(texts)
        else:
            assert set(NYU40.classes) <= set(texts)
        assert "prefers-color-scheme: dark" in svg.file().decode()
        assert "<style>" not in svg.inline()
        values = [value for node in tree.iter() for value in node.attrib.values()]
        assert not any("var(" in value for value in values)  # known to browsers alone
        names = {name for node in tree.iter() for name in node.get("class", "").split()}
        assert all(f".{name} {{" in svg.file().decode() for name in names)  # in the dark theme
    texts = drawings[1].inline()
    assert "-25.0" in texts
    assert "&lt;a&gt; &amp; b" in texts


def test_a_circles_area_grows_with_the_parameters() -> None:
    """As in the paper's figure; 58.3 M have a radius of 7 pixels, and four times as many of 14."""
    points = [SpeedPoint("a", 20, 0.4, parameters=58_300_000), SpeedPoint("b", 30, 0.5)]
    points.append(SpeedPoint("c", 40, 0.6, parameters=4 * 58_300_000))
    assert [point.radius for point in points] == pytest.approx([7, 4.5, 14])
    svg = speed_plot(points).inline()
    assert {'r="7"', 'r="4.5"', 'r="14"'} <= set(re.findall(r'r="[\d.]+"', svg))
    assert "58.3 M parameters" in svg
    assert all(point.parameters > 1e7 for point in published_points())


def test_labels_of_points_do_not_meet() -> None:
    points = [SpeedPoint(f"network {index}", 20 + index / 10, 0.48) for index in range(8)]
    svg = speed_plot(points).inline()
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>network', svg)
    heights = sorted(float(y) for _, y in found)
    assert len(heights) == 8
    assert min(np.diff(heights)) > 12


def test_which_frames_are_shown() -> None:
    scores = {
        "good": FrameScore(0.9, 0.8),
        "bad": FrameScore(0.5, 0.1),
        "void": FrameScore(None, None),
        "fair": FrameScore(0.7, 0.4),
    }
    assert worst(scores, 2) == ("bad", "fair")
    assert typical(scores) == "fair"
    assert typical({"void": scores["void"]}) is None


class Page(HTMLParser):
    """Which tags and attributes a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


HOSTILE = "<script>alert('x')</script>|*a*`"


def hostile_document() -> tuple[str, str]:
    """HTML and Markdown of a run whose every name is markup."""
    run = replace(
        results(data=HOSTILE, variant=HOSTILE, checkpoint=HOSTILE),
        skipped=(Skipped(HOSTILE, f"{HOSTILE}\nsecond line"),),
        notes=(HOSTILE,),
        machine={HOSTILE: HOSTILE},
    )
    document = compose(Material(run), Measured((run,)), OtherRun(HOSTILE, run))
    return to_html(document), to_markdown(document)


def test_names_are_never_markup() -> None:
    html, markdown = hostile_document()
    assert "script" not in Page(html).tags
    assert html.count("&lt;script&gt;") > 10
    rows = [line for line in markdown.splitlines() if "second line" in line]
    assert len(rows) == 1  # a row stays a row
    assert rows[0].replace("\\|", "").count("|") == 4
    assert "\\<script\\>" in markdown
    assert re.search(r"(?<!\\)<script", markdown) is None


def test_the_page_needs_nothing_else() -> None:
    html, markdown = hostile_document()
    assert all(link.startswith("#s") for link in Page(html).links)
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in html
    files = set(re.findall(r"\]\(images/([^)]+)\)", markdown))
    assert files == {"classes.svg", "confusion.svg", "speed.svg"}


def test_sections_say_what_is_missing() -> None:
    printed = results_from_json(results().summary_json(), "here")
    other = replace(results(split="val"), scored=3)
    document = compose(Material(printed), Measured((printed,)), OtherRun("before", other))
    text = to_markdown(document)
    assert "The confusion matrix was not kept" in text
    assert "No speed of sgnet-r101 was given" in text
    assert "The two runs differ in data, number of frames." in text
    assert "Left out of the mean IoU: ceiling" in text
    assert "| 0.0 points |" in text
    assert set(images_of(document)) == {"classes.svg", "speed.svg"}
    plots = [block for section in document.sections for block in section.blocks]
    assert not any(isinstance(block, Gallery) for block in plots)
    assert sum(isinstance(block, Plot) for block in plots) == 2


def test_many_bad_frames_are_counted_and_cut() -> None:
    bad = tuple(Skipped(f"f{index}", "cut off") for index in range(300))
    run = replace(results(), skipped=bad, stopped=Skipped("last", "gone"))
    text = to_markdown(compose(Material(run), Measured()))
    assert "300 of 654 skipped; 1 stopped the evaluation." in text
    assert "| last | stopped the evaluation | gone |" in text
    assert text.count("| skipped | cut off |") == 199
    assert "results.json has all" in text


def test_class_names_of_any_scheme() -> None:
    matrix = np.eye(13, dtype=np.int64)
    run = replace(
        results(scheme="nyu13"), scores=score_values(matrix, NYU13.classes), matrix=matrix
    )
    assert "furniture" in to_markdown(compose(Material(run), Measured()))
