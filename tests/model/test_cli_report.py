"""`sgnet-model report`, and `evaluate --report`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from cli_support import Run, read_image
from test_ranks import write_set

NAMES = ("0000", "0001", "0002", "0003")


@pytest.fixture
def evaluate(run: Run, tmp_path: Path, small_checkpoint: Path) -> Run:
    write_set(tmp_path / "set", len(NAMES))
    common = ("--checkpoint", small_checkpoint, "--size", "32x48", "--device", "cpu")
    return lambda *more: run("evaluate", "--data", tmp_path / "set", *common, *more)


def test_a_report_of_an_evaluation(evaluate: Run, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "made here" / "report"
    values = evaluate(
        *("--split", "test", "--report", out, "--worst", 2, "--fields", "0003"),
        *("--pixel", "5,6", "--pixel", "40,30", "--json"),
    ).json
    assert values["report"] == str(out / "report.html")
    html, markdown = (out / "report.html").read_text(), (out / "report.md").read_text()
    for text in (html, markdown):
        assert f"{100 * values['miou']:.1f}%" in text
        assert "small on set test" in text
        assert "layer4.2" in text
        assert "spread at 40,30, px" in text
        assert "why pixel 5,6 is" in text
        assert "Best temperature" in text
    # Worst frames; a picture and its layers; three inspections.
    assert html.count("data:image/") == 2 * 4 + 1 + 12 + 3
    named = set(re.findall(r"\]\(images/([^)]+)\)", markdown))
    assert named == {path.name for path in (out / "images").iterdir()}
    kept = json.loads((out / "results.json").read_text())
    assert np.sum(kept["confusion"]) == sum(
        (read_image(path) > 0).sum() for path in (tmp_path / "set/test/labels_40").iterdir()
    )
    assert set(kept["frame_scores"]) == set(NAMES)
    lowest = sorted(NAMES, key=lambda name: kept["frame_scores"][name][1])[:2]
    assert [example["title"].split(":")[0] for example in kept["examples"]] == lowest

    again = run(
        "report", out, "--against", out, "--results", out / "results.json", "--out", tmp_path / "x"
    )
    assert again.code == 0


def test_the_picture_of_the_truth_is_the_truth(evaluate: Run, tmp_path: Path) -> None:
    from sgnet_model.data.palettes import NYU40

    assert evaluate("--report", tmp_path / "out", "--worst", 1).code == 0
    (truth,) = (tmp_path / "out/images").glob("worst1-*-truth.png")
    name = truth.name.split("-")[1]
    labels = read_image(tmp_path / "set/test/labels_40" / f"{name}.png")
    expected = np.concatenate(([[0, 0, 0]], NYU40.palette))[labels]
    np.testing.assert_array_equal(read_image(truth)[..., ::-1], expected)


def test_a_frame_that_stops_still_leaves_a_report(evaluate: Run, tmp_path: Path) -> None:
    (tmp_path / "set/test/rgb/0002.png").write_bytes(b"\x89PNG")
    out = tmp_path / "out"
    said = evaluate("--report", out).sentence
    assert "Frame 0002 cannot be scored" in said
    assert "report.html" in said
    kept = json.loads((out / "results.json").read_text())
    assert (kept["scored"], kept["stopped"]["frame"]) == (2, "0002")
    text = (out / "report.md").read_text()
    assert "The evaluation stopped at frame 0002" in text
    assert "0 of 4 skipped; 1 stopped the evaluation." in text
    values = evaluate("--report", out, "--on-error", "skip", "--json").json
    assert (values["scored"], values["stopped"]) == (3, None)
    assert "1 of 4 skipped." in (out / "report.md").read_text()


def test_a_report_anew(evaluate: Run, run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second.json"
    assert evaluate("--report", first, "--worst", 1).code == 0
    printed = evaluate("--scales", 0.8, 1.4, "--json")
    second.write_text(printed.out)
    out = tmp_path / "compared"
    values = run("report", first, "--against", second, "--out", out, "--json").json
    assert values == {"report": str(out / "report.html")}
    text = (out / "report.md").read_text()
    assert "Changes are against second: small on set." in text
    assert "The two runs differ in scales." in text
    assert len(list((out / "images").glob("worst1-*"))) == 4  # carried over
    assert run("report", second, "--results", first / "results.json", "--out", out).code == 0
    assert "The confusion matrix was not kept" in (out / "report.md").read_text()


def test_other_networks_stand_beside(evaluate: Run, tmp_path: Path, small_checkpoint: Path) -> None:
    """The same network beside itself answers the same; one of other classes is refused at once."""
    from dataclasses import replace

    from sgnet_model.variants import build
    from sgnet_model.weights import load_checkpoint, save_checkpoint

    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(small_checkpoint.read_bytes())
    out = tmp_path / "out"
    assert evaluate("--report", out, "--worst", 1, "--beside", copy).code == 0
    (own,) = (out / "images").glob("worst1-*-prediction.png")
    (other,) = (out / "images").glob("worst1-*-beside1.png")
    np.testing.assert_array_equal(read_image(own), read_image(other))
    assert "| | picture | depth | truth | prediction | copy |" in (out / "report.md").read_text()
    assert "--columns:5" in (out / "report.html").read_text()
    config = load_checkpoint(small_checkpoint).config
    fewer = tmp_path / "fewer.safetensors"
    save_checkpoint(build(replace(config, classes=37)), fewer, {})
    said = evaluate("--report", out, "--beside", fewer).sentence
    assert "fewer.safetensors for --beside has 37 classes and the evaluated network 40" in said


def test_what_cannot_be_used_is_told_before_the_work(evaluate: Run, tmp_path: Path) -> None:
    report = ("--report", tmp_path / "out")
    assert "has no frame '0009'" in evaluate(*report, "--fields", "0009").sentence
    assert "is not JSON" in evaluate(*report, "--results", tmp_path / "set/test.txt").sentence
    assert "holds no results.json" in evaluate(*report, "--against", tmp_path).sentence
    assert "name its folder with --report" in evaluate("--pixel", "1,1").sentence
    assert "name its folder with --report" in evaluate("--beside", "a.safetensors").sentence
    assert not (tmp_path / "out" / "results.json").exists()


def test_a_pixel_outside_costs_no_scores(evaluate: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert evaluate("--report", out, "--worst", 0, "--pixel", "900,1").code == 0
    text = (out / "report.md").read_text()
    assert "cannot be drawn: Pixel 900,1 lies outside" in text
    assert "evaluate --report draws them" in text  # no worst frames were asked for


def test_scores_are_told_where_the_report_cannot_be_written(evaluate: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "images").write_text("a file where the report's folder should be")
    ran = evaluate("--report", out, "--worst", 0, "--json")
    assert ran.code == 2
    assert "images cannot be made" in ran.err
    told = json.loads(ran.out)
    assert (told["scored"], told["report"]) == (4, None)
    assert told["miou"] >= 0


def test_a_worst_frame_that_is_gone_costs_no_scores(evaluate: Run, tmp_path: Path) -> None:
    state, out = ("--resume", tmp_path / "state.json"), tmp_path / "out"
    assert evaluate(*state).code == 0
    (tmp_path / "set/test/rgb/0001.png").unlink()
    (tmp_path / "set/test/labels_40/0002.png").unlink()
    assert evaluate(*state, "--report", out, "--worst", 4, "--fields", "0000").code == 0
    text = (out / "report.md").read_text()
    assert "0001 cannot be drawn: " in text
    assert "0002 cannot be drawn: its ground truth" in text
    assert len(list((out / "images").glob("worst*-truth.png"))) == 2


def test_stored_pictures_are_looked_for_in_the_folder_only(
    evaluate: Run, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert evaluate("--report", out, "--worst", 1).code == 0
    file = out / "results.json"
    values = json.loads(file.read_text())
    (tmp_path / "secret.png").write_bytes(b"secret")
    values["examples"][0]["images"][0]["name"] = "../../secret.png"
    file.write_text(json.dumps(values))
    assert "secret.png: No such file" in run("report", out, "--out", tmp_path / "x").sentence
    values["examples"][0]["images"] = []
    values["examples"][0]["colours"] = [["wall", "red;background:url(x)"]]
    file.write_text(json.dumps(values))
    assert "is no colour" in run("report", out, "--out", tmp_path / "x").sentence
