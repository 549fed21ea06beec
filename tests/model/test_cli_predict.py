"""`sgnet-model predict`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from cli_support import SIZE, Run, SmallFrame, read_image
from PIL import Image

from sgnet_model import predictor
from sgnet_model.cli.inputs import frame_text
from sgnet_model.data.pair import load_pair
from sgnet_model.data.palettes import NYU40
from sgnet_model.inspection.result_json import frame_json
from sgnet_model.predictor import Predictor


def test_writes_what_it_says(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder"
    flags = ("--checkpoint", small_checkpoint, "--size", "96x128", "--out", out, "--json")
    said = run("predict", *small_frame.flags, *flags).json

    assert said["paths"] == {
        "labels": str(out / "labels.png"),
        "overlay": str(out / "overlay.png"),
        "cloud": str(out / "cloud.ply"),
    }
    labels = read_image(said["paths"]["labels"])
    frame = load_pair(small_frame.rgb, small_frame.depth)
    assert frame.depth_m is not None
    expected = Predictor.load(small_checkpoint, device="cpu", size=(96, 128)).predict(
        frame.rgb, frame.depth_m, frame.intrinsics
    )
    np.testing.assert_array_equal(labels, expected.labels + 1)
    assert read_image(said["paths"]["overlay"]).shape == (*SIZE, 3)
    assert said["points"] == SIZE[0] * (SIZE[1] - 10)
    assert said["milliseconds"] > 0
    assert said["network"]["size"] == [96, 128]


@pytest.mark.parametrize("way", [".", "link"])
def test_a_frame_is_not_written_over(
    run: Run, small_frame: SmallFrame, tmp_path: Path, way: str
) -> None:
    rgb = small_frame.rgb.rename(tmp_path / "labels.png")
    (tmp_path / "link").symlink_to(tmp_path)
    before = rgb.read_bytes()
    out = tmp_path / way
    said = run("predict", "--rgb", rgb, "--depth", small_frame.depth, "--out", out).sentence
    assert "labels.png is read, and would be lost" in said
    assert rgb.read_bytes() == before


def test_what_lies_beside_the_frame_is_not_written_over(run: Run, small_frame: SmallFrame) -> None:
    truth = small_frame.rgb.parent / "labels.png"
    truth.write_bytes(b"drawn by hand")
    said = run("predict", *small_frame.flags, "--out", truth.parent).sentence
    assert "may be its ground truth" in said
    assert truth.read_bytes() == b"drawn by hand"


def test_class_shares_are_those_of_the_labels(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    flags = ("--checkpoint", small_checkpoint, "--size", "native", "--out", tmp_path, "--json")
    said = run("predict", *small_frame.flags, *flags).json
    labels = read_image(said["paths"]["labels"])
    shares = said["class_shares"]
    assert sum(shares.values()) == pytest.approx(1)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    for name, share in shares.items():
        assert share == pytest.approx(np.mean(labels == NYU40.classes.index(name) + 1))
    assert said["network"]["size"] == list(SIZE)


def test_what_was_guessed_is_told_and_can_be_set(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    command = ("predict", *small_frame.flags, "--checkpoint", small_checkpoint, "--size", "64x64")
    guessed = run(*command, "--out", tmp_path, "--json").json["frame"]
    assert (guessed["depth_unit"], guessed["depth_unit_origin"]) == ("mm", "guess")
    assert guessed["depth_median_m"] == pytest.approx(2.1, abs=0.01)
    assert guessed["depth_valid"] == pytest.approx(0.9)
    assert guessed["intrinsics_origin"] == "guess"
    assert (guessed["depth_doubt"], guessed["depth_alternatives"]) == (None, {})

    flags = ("--depth-unit", "cm", "--intrinsics", "80,81,50,36", "--out", tmp_path, "--json")
    said = run(*command, *flags).json
    assert (said["frame"]["depth_unit"], said["frame"]["depth_unit_origin"]) == ("cm", "given")
    assert said["frame"]["intrinsics"] == [80, 81, 50, 36]
    assert "median" in said["notes"][0]  # 21 m: doubted


def test_without_json_it_is_readable(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    flags = ("--checkpoint", small_checkpoint, "--size", "64x96", "--out", tmp_path)
    outcome = run("predict", *small_frame.flags, *flags)
    assert (outcome.code, outcome.err) == (0, "")
    assert "depth in mm (guess), median 2.10 m, 90% valid" in outcome.out
    assert "fed 64x96" in outcome.out
    assert str(tmp_path / "cloud.ply") in outcome.out


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_real_frames(
    run: Run, shared_data: Path, small_checkpoint: Path, tmp_path: Path, precision: str
) -> None:
    folder = shared_data / "kinect2"
    flags = ("--checkpoint", small_checkpoint, "--size", "120x160", "--precision", precision)
    said = run(
        *("predict", "--rgb", folder / "rgb.png", "--depth", folder / "depth.png"),
        *(*flags, "--out", tmp_path, "--json"),
    ).json
    assert said["frame"]["depth_unit"] == "0.1mm"
    labels = read_image(said["paths"]["labels"])
    assert labels.shape == (424, 512)
    assert labels.min() >= 1  # the network never answers void


def test_a_doubt_comes_with_what_else_it_may_be(tmp_path: Path) -> None:
    Image.fromarray(np.full((48, 64, 3), 99, np.uint8)).save(tmp_path / "rgb.png")
    tenths = np.random.default_rng(0).integers(700, 1200, (48, 64)).astype(np.uint16) * 10
    Image.fromarray(tenths).save(tmp_path / "depth.png")  # half of it beyond 10 m, read as mm
    frame = load_pair(tmp_path / "rgb.png", tmp_path / "depth.png")
    said = frame_json(frame)
    assert said["depth_unit"] == "0.1mm"
    assert "multiples of 10" in said["depth_doubt"]
    assert said["depth_alternatives"]["mm"] == pytest.approx(10 * said["depth_median_m"], rel=0.01)
    assert "1/5000m 1.9" in frame_text(frame)


def test_over_a_set_too_another_device_is_said(
    run: Run,
    small_frame: SmallFrame,
    small_checkpoint: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = "The GPU does not answer, so the processor computes."
    cpu = torch.device("cpu")
    monkeypatch.setattr(predictor, "choose_device", lambda _: (cpu, said))
    network = ("--checkpoint", small_checkpoint, "--size", "64x96", "--json")
    data = ("--data", small_frame.rgb.parent, *network)
    for command in (
        ("predict", "--out", tmp_path / "out", "--write", "labels"),
        ("film", "--out", tmp_path / "a.mp4"),
        ("atlas",),
        ("compare", "--switch-b", "all:offsets=zero"),
    ):
        assert run(*command, *data).json["notes"] == [said], command[0]
    assert f"note: {said}" in run("atlas", *data[:-1]).out
