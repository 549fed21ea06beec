"""The loop over frames and its state, without a network."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, jaccard_score, recall_score

from sgnet_model.data.palettes import CITYSCAPES19, NYU13, NYU40
from sgnet_model.evaluation import frame_scores, resume
from sgnet_model.evaluation.confusion import scores
from sgnet_model.evaluation.frames import Tally, evaluate_frames, unique_names
from sgnet_model.evaluation.predictions import PredictionFolder, prediction_path
from sgnet_model.evaluation.resume import ResumeFile
from sgnet_model.types import Frame, Intrinsics, UserError

CAMERA = Intrinsics(8, 8, 4, 3, 8, 6)
IDENTITY = {"checkpoint": "abc", "scales": [1.0]}


class Frames:
    """Five random frames in memory; `bad` ones raise, `names` may be given."""

    name = "a set"
    notes: tuple[str, ...] = ()

    def __init__(self, bad: tuple[int, ...] = (), names: tuple[str, ...] = ()) -> None:
        self.bad = bad
        self.names = names or tuple(f"frame{index}" for index in range(5))
        self.loaded: list[int] = []
        random = np.random.default_rng(7)
        self.truth = random.integers(0, 8, (5, 6, 8)).astype(np.uint8)  # classes 1..7 of 13

    def __len__(self) -> int:
        return len(self.names)

    def frame_name(self, index: int) -> str:
        return self.names[index]

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002
        self.loaded.append(index)
        if index in self.bad:
            raise UserError("The file is cut off.")
        rgb = np.full((6, 8, 3), index, np.uint8)
        truth = self.truth[index]
        return Frame(self.names[index], rgb, None, CAMERA, labels=truth, label_scheme=NYU13)


def classify(frame: Frame) -> np.ndarray:
    """Classes 0..8 of 13, another picture for each frame."""
    return np.random.default_rng(int(frame.rgb[0, 0, 0])).integers(0, 9, (6, 8)).astype(np.uint8)


def test_scores_are_scikit_learns() -> None:
    frames = Frames()
    tally = evaluate_frames(frames, classify, NYU13)
    truth = frames.truth.ravel()
    labels = np.stack([classify(frames.load(index)) for index in range(5)]).ravel()
    truth, labels = truth[truth > 0] - 1, labels[truth > 0]
    assert (tally.matrix == confusion_matrix(truth, labels, labels=range(13))).all()
    result = scores(tally.matrix)
    assert result.acc == pytest.approx(accuracy_score(truth, labels))
    each = jaccard_score(truth, labels, average=None, labels=range(9))
    assert result.iou[:9] == pytest.approx(each)
    assert np.isnan(result.iou[9:]).all()
    assert result.miou == pytest.approx(each.mean())
    weights = np.bincount(truth, minlength=9) / truth.size
    assert result.fwiou == pytest.approx((each * weights).sum())
    recalls = recall_score(truth, labels, average=None, labels=sorted(set(truth)))
    assert result.macc == pytest.approx(recalls.mean())


def test_stop_names_the_frame_and_skip_counts_it() -> None:
    with pytest.raises(UserError, match=r"Frame frame2 cannot be scored .*The file is cut off"):
        evaluate_frames(Frames(bad=(2,)), classify, NYU13)
    seen: list[tuple[int, int]] = []
    tally = evaluate_frames(
        Frames(bad=(2, 4)), classify, NYU13, on_error="skip", progress=lambda *at: seen.append(at)
    )
    assert [one.frame for one in tally.skipped] == ["frame2", "frame4"]
    assert tally.skipped[0].reason == "The file is cut off."
    assert list(tally.frames) == ["frame0", "frame1", "frame3"]
    assert seen == [(index, 5) for index in range(1, 6)]
    without = evaluate_frames(Frames(bad=(2, 4)), classify, NYU13, on_error="skip").matrix
    assert (tally.matrix == without).all()
    assert tally.matrix.sum() == (Frames().truth[[0, 1, 3]] > 0).sum()


def test_a_full_disk_is_no_fault_of_the_frame() -> None:
    def keep(name: str, *_: object) -> None:
        if name == "frame1":
            raise UserError("The disk is full.")

    frames = Frames()
    with pytest.raises(UserError, match=r"^The disk is full\.$"):
        evaluate_frames(frames, classify, NYU13, on_error="skip", keep=keep)
    assert frames.loaded == [0, 1]


def test_no_frame_at_all() -> None:
    with pytest.raises(UserError, match="None of the 5 frames of a set could be scored"):
        evaluate_frames(Frames(bad=tuple(range(5))), classify, NYU13, on_error="skip")


def test_other_classes_and_no_labels() -> None:
    with pytest.raises(UserError, match="nyu13 with 13 classes and the network knows 40"):
        evaluate_frames(Frames(), classify, NYU40)
    frames = Frames()
    load = frames.load
    frames.load = lambda index, strict=True: replace(  # type: ignore[method-assign]
        load(index, strict), labels=None, notes=("No ground truth: gone.",)
    )
    with pytest.raises(UserError, match=r"Frame frame0 .* No ground truth: gone"):
        evaluate_frames(frames, classify, NYU13)


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    whole = evaluate_frames(Frames(), classify, NYU13).matrix
    path = tmp_path / "state.json"
    journal = ResumeFile(path, IDENTITY, 13)
    with pytest.raises(UserError, match="frame3"):
        evaluate_frames(Frames(bad=(3,)), classify, NYU13, tally=journal.load(), journal=journal)
    repaired, again = Frames(), ResumeFile(path, IDENTITY, 13)
    tally = evaluate_frames(repaired, classify, NYU13, tally=again.load(), journal=again)
    assert repaired.loaded == [3, 4]
    assert (tally.matrix == whole).all()
    assert (again.load().matrix == whole).all()
    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]


def test_a_killed_run_loses_two_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(resume, "time", SimpleNamespace(monotonic=lambda: now))
    journal = ResumeFile(tmp_path / "state.json", IDENTITY, 13)
    tally = Tally.empty(13)
    tally.frames["frame0"] = frame_scores.FrameScore(0.5, 0.25)
    for now, kept in ((1.9, []), (2.1, ["frame0"])):  # noqa: B007  the clock reads `now`
        journal.note(tally)
        assert list(ResumeFile(journal.path, IDENTITY, 13).load().frames) == kept


def test_each_frames_scores_can_be_read(tmp_path: Path) -> None:
    frames = Frames()
    frames.truth[4] = 0
    assert frame_scores.read(tmp_path) == {}
    journal = ResumeFile(tmp_path / "evaluation.json", IDENTITY, 13)
    evaluate_frames(frames, classify, NYU13, journal=journal)
    found = frame_scores.read(tmp_path)
    assert found == frame_scores.read(tmp_path / "evaluation.json")
    assert list(found) == [f"frame{index}" for index in range(5)]
    truth, labels = frames.truth[2].ravel(), classify(frames.load(2)).ravel()
    truth, labels = truth[truth > 0] - 1, labels[truth > 0]
    assert found["frame2"].acc == pytest.approx(accuracy_score(truth, labels))
    assert found["frame2"].miou == pytest.approx(jaccard_score(truth, labels, average="macro"))
    assert found["frame4"] == frame_scores.FrameScore(None, None)
    (tmp_path / "other.json").write_text("[]")
    for wrong, said in (("other.json", "holds no scores"), ("gone.json", "does not exist")):
        with pytest.raises(UserError, match=said):
            frame_scores.read(tmp_path / wrong)


def test_skipped_frames_are_tried_again(tmp_path: Path) -> None:
    journal = ResumeFile(tmp_path / "state.json", IDENTITY, 13)
    evaluate_frames(Frames(bad=(1,)), classify, NYU13, on_error="skip", journal=journal)
    frames = Frames()
    tally = evaluate_frames(frames, classify, NYU13, tally=journal.load())
    assert frames.loaded == [1]
    assert (len(tally.frames), tally.skipped) == (5, [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"identity": {"checkpoint": "xyz", "scales": [1.0]}}, "which differs in checkpoint:"),
        ({"format": 1}, "is not the state of an evaluation"),
        ({"matrix": [[1]]}, "is not the state of an evaluation"),
        ({"frames": 3}, "is not the state of an evaluation"),
        ({"frames": {"frame0": [2.0, 0.5]}}, "is not the state of an evaluation"),
    ],
)
def test_foreign_and_damaged_states_are_refused(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    path = tmp_path / "state.json"
    journal = ResumeFile(path, IDENTITY, 13)
    journal.close(Tally.empty(13))
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UserError, match=said):
        journal.load()
    path.write_text("half a fi")
    with pytest.raises(UserError, match="is not the state of an evaluation"):
        journal.load()


def test_equal_names_stay_apart() -> None:
    frames = Frames(names=("a", "b", "a"))
    assert unique_names(frames) == ["a#0", "b", "a#2"]


def test_predictions_in_the_data_sets_own_ids(tmp_path: Path) -> None:
    from PIL import Image

    frame = Frames().load(0)
    labels = np.tile(np.arange(8, dtype=np.uint8), (6, 1))
    folder = PredictionFolder(tmp_path / "out", NYU13)
    folder.keep("kv1/a b/../x", frame, labels)
    stored = np.array(Image.open(tmp_path / "out" / "kv1" / "a_b" / "x.png"))
    np.testing.assert_array_equal(stored, labels + 1)
    folder.keep("street", replace(frame, label_scheme=CITYSCAPES19), labels)
    stored = np.array(Image.open(tmp_path / "out" / "street.png"))
    assert stored[0].tolist() == [7, 8, 11, 12, 13, 17, 19, 20]
    assert prediction_path(tmp_path, "..") == tmp_path / "frame.png"
