"""All frames of a set to files: resumed, called off, and kept apart by what made them."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from cli_support import Run, read_image
from PIL import Image

from sgnet_model.data import open_frames
from sgnet_model.data.palettes import NYU13
from sgnet_model.exports.ply import parse_fields
from sgnet_model.prediction import Prediction
from sgnet_model.saving.batch import Batch, export_all, file_names, made_with, parse_kinds
from sgnet_model.types import Frame, UserError

HEIGHT, WIDTH = 36, 48  # the least a network takes is 32


def make_set(root: Path) -> Path:
    """Three pairs, 1, 1.001 and 1.002 m away."""
    for folder in ("rgb", "depth"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for number in range(3):
        Image.new("RGB", (WIDTH, HEIGHT), (50 + number,) * 3).save(root / "rgb" / f"{number}.png")
        depth = np.full((HEIGHT, WIDTH), 1000 + number, np.uint16)
        Image.fromarray(depth).save(root / "depth" / f"{number}.png")
    return root


def rows_of(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "predictions.csv").read_text().splitlines()))


class Network:
    """Says class 3 everywhere, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, frame: Frame) -> Prediction:
        self.asked.append(frame.name)
        labels = np.full((HEIGHT, WIDTH), 3, np.uint8)
        confidence = np.full((HEIGHT, WIDTH), 0.75, np.float32)
        logits = np.zeros((13, 1, 1), np.float32)
        return Prediction(labels, confidence, logits, (), (32, 32), NYU13, 1.5)


def test_every_kind_of_every_frame(tmp_path: Path) -> None:
    frames = open_frames(make_set(tmp_path / "set"))
    report = export_all(frames, Network(), Batch(tmp_path / "out"))
    assert (report.written, report.skipped, report.failed) == (3, 0, ())
    for number in "012":
        assert (read_image(tmp_path / "out" / "labels" / f"{number}.png") == 4).all()
        assert (tmp_path / "out" / "overlay" / f"{number}.png").is_file()
        with np.load(tmp_path / "out" / "npz" / f"{number}.npz", allow_pickle=False) as arrays:
            assert (arrays["labels"] == 4).all()
            assert arrays["depth_m"] == pytest.approx(1 + int(number) / 1000)
            assert arrays["classes"][3] == NYU13.classes[3]
            assert (arrays["confidence"] == 0.75).all()
    rows = rows_of(tmp_path / "out")
    assert [row["name"] for row in rows] == ["0", "1", "2"]
    assert (rows[0]["depth_unit"], rows[0]["depth_unit_origin"]) == ("mm", "guess")
    assert (rows[0]["median_m"], rows[0]["milliseconds"]) == ("1", "1.5")


def test_it_goes_on_where_it_was_called_off(tmp_path: Path) -> None:
    frames = open_frames(make_set(tmp_path / "set"))
    batch = Batch(tmp_path / "out", ("labels",))

    class Enough(Exception):
        pass

    def stop_at_two(done: int, total: int) -> None:
        assert total == 3
        if done == 2:
            raise Enough

    with pytest.raises(Enough):
        export_all(frames, Network(), batch, stop_at_two)
    assert sorted(path.name for path in (tmp_path / "out" / "labels").iterdir()) == [
        "0.png",
        "1.png",
    ]
    again = Network()
    report = export_all(frames, again, batch)
    assert (report.written, report.skipped, again.asked) == (1, 2, ["2"])


def test_a_frame_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    root = make_set(tmp_path / "set")
    (root / "depth" / "1.png").write_bytes(b"broken")
    report = export_all(open_frames(root), Network(), Batch(tmp_path / "out", ("labels",)))
    assert report.written == 2
    assert report.failed[0][0] == "1"
    rows = rows_of(tmp_path / "out")
    assert "1.png" in rows[1]["error"]


def test_what_is_said_of_frames_is_reported_doubtful_depth_first(tmp_path: Path) -> None:
    root = make_set(tmp_path / "set")
    wide = np.full((HEIGHT, 2 * WIDTH), 1500, np.uint16)
    wide[: HEIGHT // 2] = 1700
    for number, values in ((0, np.repeat(wide, 2, 0)), (2, np.full((HEIGHT, WIDTH), 60_000))):
        values[0, 0] = values[0, 0] + 1  # not all alike
        Image.fromarray(values.astype(np.uint16)).save(root / "depth" / f"{number}.png")
    report = export_all(open_frames(root), Network(), Batch(tmp_path / "out", ("labels",)))
    assert report.written == 3
    assert [name for name, _ in report.remarks] == ["2", "0"]
    assert "doubtful" in report.remarks[0][1]
    assert "was resized" in report.remarks[1][1]


def test_a_data_set_keeps_its_ground_truth(tmp_path: Path) -> None:
    """Labels of the set have the names and the folder that ours would have."""
    root = make_set(tmp_path / "set")
    (root / "labels").mkdir()
    for number in range(3):
        Image.new("L", (WIDTH, HEIGHT), 7).save(root / "labels" / f"{number}.png")
    with pytest.raises(UserError, match=r"labels holds files already"):
        export_all(open_frames(root), Network(), Batch(root))
    assert all((read_image(file) == 7).all() for file in (root / "labels").iterdir())
    assert not (root / "predictions.json").exists()
    assert export_all(open_frames(root), Network(), Batch(root, ("overlay",))).written == 3


def test_predictions_of_two_networks_do_not_mix(tmp_path: Path) -> None:
    frames = open_frames(make_set(tmp_path / "set"))
    batch = Batch(tmp_path / "out", ("labels",), made_with={"checkpoint": "a", "size": (2, 3)})
    export_all(frames, Network(), batch)
    export_all(frames, Network(), batch)
    with pytest.raises(UserError, match=r"made otherwise \(checkpoint\)"):
        export_all(frames, Network(), replace(batch, made_with={"checkpoint": "b", "size": (2, 3)}))


def test_predictions_of_two_sets_with_the_same_names_do_not_mix(tmp_path: Path) -> None:
    """Neither do two splits of one; a folder of before sets were kept may hold either."""
    weights, out = tmp_path / "weights", tmp_path / "out"
    weights.write_bytes(b"weights")

    def export(name: str, split: str | None = None) -> int:
        root = make_set(tmp_path / name)
        settings = made_with(weights, None, "fp32", None, None, (), (root,), split)
        return export_all(
            open_frames(root), Network(), Batch(out, ("labels",), made_with=settings)
        ).skipped

    assert (export("a"), export("a")) == (0, 3)
    assert export("x/../a") == 3
    with pytest.raises(UserError, match=r"made otherwise \(data\)"):
        export("b")
    with pytest.raises(UserError, match=r"made otherwise \(split\)"):
        export("a", "test")
    older = json.loads((out / "predictions.json").read_text())
    del older["data"], older["split"]
    (out / "predictions.json").write_text(json.dumps(older))
    assert export("b") == 3


def test_a_frame_that_is_tried_again_has_one_line(tmp_path: Path) -> None:
    root = make_set(tmp_path / "set")
    whole = (root / "depth" / "1.png").read_bytes()
    (root / "depth" / "1.png").write_bytes(b"broken")
    batch = Batch(tmp_path / "out", ("labels",))
    for _ in range(2):
        export_all(open_frames(root), Network(), batch)
        assert sorted(row["name"] for row in rows_of(batch.folder)) == ["0", "1", "2"]
    (root / "depth" / "1.png").write_bytes(whole)
    export_all(open_frames(root), Network(), batch)
    rows = rows_of(batch.folder)
    assert [row["name"] for row in rows] == ["0", "2", "1"]
    assert (rows[-1]["error"], rows[-1]["depth_unit"]) == ("", "mm")


class FullFile:
    """Takes half of what is written into it."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def __enter__(self) -> FullFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        self._file.write(text[: len(text) // 2])
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("whole", [0, 1])
def test_a_full_disk_ends_it_and_the_next_call_mends_the_index(
    whole: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many `whole` lines."""
    frames, batch = open_frames(make_set(tmp_path / "set")), Batch(tmp_path / "out", ("labels",))
    usual, network, again = Path.open, Network(), Network()

    def full(path: Path, mode: str = "r", **more: Any) -> Any:
        file = usual(path, mode, **more)
        return FullFile(file) if mode == "a" and len(network.asked) > whole else file

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(UserError, match="No space left"):
            export_all(frames, network, batch)
    assert network.asked == ["0", "1"][: whole + 1]  # not the frames behind it
    report = export_all(frames, again, batch)
    assert (report.written, report.skipped, report.failed) == (3 - whole, whole, ())
    assert again.asked == ["0", "1", "2"][whole:]
    assert [row["name"] for row in rows_of(batch.folder)] == ["0", "1", "2"]
    assert export_all(frames, again, batch).skipped == 3


def test_files_that_cannot_be_written_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was finished is kept; that is no fault of the frame."""
    frames, batch = open_frames(make_set(tmp_path / "set")), Batch(tmp_path / "out", ("labels",))
    usual, network = Path.write_bytes, Network()

    def full(path: Path, data: bytes) -> int:
        if network.asked == ["0", "1"]:
            raise OSError(28, "No space left on device")
        return usual(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(UserError, match=r"1\.png cannot be written \(No space left"):
            export_all(frames, network, batch)
    assert network.asked == ["0", "1"]
    assert [(row["name"], row["error"]) for row in rows_of(batch.folder)] == [("0", "")]
    assert export_all(frames, Network(), batch).skipped == 1


def test_an_index_without_a_header_gets_one(tmp_path: Path) -> None:
    """A disk that was full left an empty file, and an older version went on without a header."""
    frames, batch = open_frames(make_set(tmp_path / "set")), Batch(tmp_path / "out", ("labels",))
    export_all(frames, Network(), batch)
    index = batch.folder / "predictions.csv"
    header, *lines = index.read_text().splitlines()
    for left in ("", "\n".join(lines[:2]) + "\n"):
        index.write_text(left)
        export_all(frames, Network(), batch)
        assert index.read_text().splitlines()[0] == header
        assert sorted(row["name"] for row in rows_of(batch.folder)) == ["0", "1", "2"]


def test_an_index_that_a_spreadsheet_wrote_is_still_known(tmp_path: Path) -> None:
    frames, batch = open_frames(make_set(tmp_path / "set")), Batch(tmp_path / "out", ("labels",))
    export_all(frames, Network(), batch)
    index = batch.folder / "predictions.csv"
    before = index.read_bytes()
    index.write_bytes(before.replace(b",", b";").replace(b"\n", b"\r\n"))
    assert export_all(frames, Network(), batch).skipped == 3
    assert index.read_bytes() == before


def test_a_line_torn_in_a_quoted_cell_is_left_out(tmp_path: Path) -> None:
    frames, batch = open_frames(make_set(tmp_path / "set")), Batch(tmp_path / "out", ("labels",))
    export_all(frames, Network(), batch)
    index = batch.folder / "predictions.csv"
    whole = index.read_text()
    index.write_text(whole + '1,,,,,,"a sentence\nof two li')
    assert export_all(frames, Network(), batch).skipped == 3
    assert index.read_text() == whole


def test_file_names_are_safe_and_unique() -> None:
    class Named:
        names = ("a/b", "../x", 'c:d?"', "A/B", "..")

        def __len__(self) -> int:
            return len(self.names)

        def frame_name(self, index: int) -> str:
            return self.names[index]

    assert file_names(Named()) == [  # type: ignore[arg-type]
        *("a/b_000000", "x", "c_d__", "A/B_000003", "frame")
    ]


def test_what_flags_may_say() -> None:
    assert parse_kinds("npz, labels") == ("labels", "npz")
    assert parse_fields("confidence,rgb") == ("rgb", "confidence")
    assert parse_fields("xyz") == ()
    for parse, text in ((parse_kinds, "films"), (parse_fields, "normals"), (parse_fields, ",")):
        with pytest.raises(UserError, match="not known"):
            parse(text)


def test_the_command_is_resumed(run: Run, small_checkpoint: Path, tmp_path: Path) -> None:
    root = make_set(tmp_path / "set")
    command = ("predict", "--data", root, "--checkpoint", small_checkpoint, "--size", "64x64")
    flags = ("--write", "labels,cloud", "--ply-fields", "xyz", "--out", tmp_path / "out", "--json")
    first = run(*command, *flags, "--count", 2).json
    assert (first["written"], first["skipped"]) == (2, 0)
    second = run(*command, *flags).json
    assert (second["written"], second["skipped"], second["failed"]) == (1, 2, [])
    assert b"red" not in (tmp_path / "out" / "cloud" / "0.ply").read_bytes()[:300]
    settings = json.loads((tmp_path / "out" / "predictions.json").read_text())
    assert settings["size"] == [64, 64]
    assert (settings["data"], settings["split"]) == ([str(root.resolve())], None)
    assert "made otherwise" in run(*command, *flags[:-1], "--depth-unit", "cm").sentence


def test_what_the_command_refuses(run: Run, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "out")
    make_set(tmp_path / "set")
    assert "--rgb FILE and --depth FILE" in run("predict", *out).sentence
    both = ("--data", tmp_path / "set", "--rgb", tmp_path / "a.png")
    assert "Name the frames once" in run("predict", *both, *out).sentence
    beyond = ("--data", tmp_path / "set", "--first", 7)
    assert "has 3 frames: there is no frame 7" in run("predict", *beyond, *out).sentence
