"""What lies behind the cells of an evaluation: counts, and the pixels they lead to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from inspection_support import network

from sgnet_model.data import FrameSet, guess_intrinsics
from sgnet_model.evaluation.cells import CellFrame, Cells, FrameCells
from sgnet_model.evaluation.explored import Explored, explore
from sgnet_model.evaluation.frames import evaluate_frames
from sgnet_model.evaluation.multiscale import MultiScale, classifier
from sgnet_model.predictor import Predictor
from sgnet_model.types import Frame, UserError

TRUTH = np.array([[1, 1, 2], [0, 2, 2]], np.uint8)  # 0 is void
LABELS = np.array([[0, 1, 1], [0, 0, 0]], np.uint8)
SURE = np.array([[0.5, 0.9, 0.99], [0.1, 0.6, 0.7]], np.float32)
DEPTH = np.array([[0.5, 1.5, 1.5], [1.0, 1.5, 0.0]], np.float32)


def test_a_frame_worked_by_hand() -> None:
    cells = Cells(2, {7: FrameCells.of(TRUTH, LABELS, SURE, DEPTH, 2)})
    assert cells.of_pair(0, 0) == (CellFrame(7, 1, 2, (0, 0)),)
    assert cells.of_pair(0, 1) == (CellFrame(7, 1, 2, (1, 0)),)
    assert cells.of_pair(1, 0) == (CellFrame(7, 2, 3, (2, 1)),)  # the surer of two
    assert cells.of_pair(1, 1) == (CellFrame(7, 1, 3, (2, 0)),)
    assert cells.of_depth(0) == ()  # right
    assert cells.of_depth(1) == (CellFrame(7, 2, 3, (1, 0)),)
    assert cells.of_depth(7) == (CellFrame(7, 1, 1, (2, 1)),)  # depth is missing
    assert cells.of_confidence(13) == (CellFrame(7, 1, 1, (1, 0)),)
    assert cells.of_confidence(14) == ()


def test_frames_with_more_come_first() -> None:
    one = FrameCells.of(TRUTH, LABELS, SURE, None, 2)
    flipped = FrameCells.of(TRUTH, np.zeros_like(LABELS), SURE, None, 2)
    found = Cells(2, {0: one, 1: flipped}).of_pair(1, 0)
    assert [(each.frame, each.pixels) for each in found] == [(1, 3), (0, 2)]


class Set(FrameSet):
    """Three frames with random truth, the second without any."""

    def __init__(self, scheme: object) -> None:
        super().__init__("a set")
        random = np.random.default_rng(0)
        self.frames = []
        for at in range(3):
            size = (48, 64)
            rgb = random.integers(0, 256, (*size, 3)).astype(np.uint8)
            depth = random.uniform(0.5, 5, size).astype(np.float32)
            depth[:4] = 0
            truth = random.integers(0, 7, size).astype(np.uint8)
            frame = Frame(
                f"f{at}",
                rgb,
                depth,
                guess_intrinsics(64, 48),
                labels=truth,
                label_scheme=scheme,  # type: ignore[arg-type]
            )
            self.frames.append(frame if at != 1 else replace(frame, labels=None))

    def __len__(self) -> int:
        return len(self.frames)

    def frame_name(self, index: int) -> str:
        return self.frames[index].name

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002
        return self.frames[index]


@pytest.fixture(scope="module")
def explored() -> tuple[Explored, Set, MultiScale]:
    voter = MultiScale(Predictor(network(), device="cpu", size=None))
    frames = Set(voter.predictor.network.scheme)
    return explore(frames, voter), frames, voter


def test_it_counts_what_evaluate_counts(explored: tuple[Explored, Set, MultiScale]) -> None:
    found, frames, voter = explored
    scheme = voter.predictor.network.scheme
    tally = evaluate_frames(frames, classifier(voter), scheme, on_error="skip")
    assert np.array_equal(found.tally.matrix, tally.matrix)
    assert found.tally.more is not None
    assert tally.more is not None
    assert found.tally.more.to_json() == tally.more.to_json()
    assert [one.frame for one in found.tally.skipped] == ["f1"]
    assert list(found.cells.frames) == [0, 2]


def test_confidence_is_that_of_the_predictor_with_its_temperature() -> None:
    predictor = Predictor(network(), device="cpu", size=None)
    predictor.temperature = 3.0
    frame = Set(predictor.network.scheme).load(0)
    assert frame.depth_m is not None
    said = classifier(MultiScale(predictor))(frame)
    given = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    sure = said.logits.softmax(0).max(0).values.numpy()
    assert np.abs(sure - given.confidence).max() < 1e-4
    assert (said.labels == given.labels).all()


def test_the_frames_behind_a_cell_add_up_to_it_and_their_pixels_are_in_it(
    explored: tuple[Explored, Set, MultiScale],
) -> None:
    found, frames, voter = explored
    classify, matrix = classifier(voter), found.tally.matrix
    said = {index: classify(frames.load(index)).labels for index in found.cells.frames}
    for truth, prediction in zip(*np.nonzero(matrix), strict=True):
        behind = found.cells.of_pair(int(truth), int(prediction))
        assert sum(one.pixels for one in behind) == matrix[truth, prediction]
        for one in behind:
            assert one.pixel is not None
            u, v = one.pixel
            labels = frames.load(one.frame).labels
            assert labels is not None
            assert (labels[v, u] - 1, said[one.frame][v, u]) == (truth, prediction)
    more = found.tally.more
    assert more is not None
    for bin, counts in enumerate(more.by_depth):
        wrong = int(counts.sum() - np.trace(counts))
        assert sum(one.pixels for one in found.cells.of_depth(bin)) == wrong
    wrong_by_bin = more.calibration.pixels - more.calibration.correct
    found_by_bin = [sum(one.pixels for one in found.cells.of_confidence(at)) for at in range(15)]
    assert found_by_bin == wrong_by_bin.astype(int).tolist()


def test_a_set_without_truth_is_refused_and_progress_can_end_it(
    explored: tuple[Explored, Set, MultiScale],
) -> None:
    _, frames, voter = explored
    bare = Set(voter.predictor.network.scheme)
    bare.frames = bare.frames[1:2]
    with pytest.raises(UserError, match=r"None of the 1 frames .*no ground truth"):
        explore(bare, voter)

    def stop(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explore(frames, voter, stop)
