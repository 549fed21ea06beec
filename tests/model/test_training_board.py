"""What a run tells arrives in files; validation looks at held-out scenes."""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from training_support import TINY

from sgnet_model.colour import blend, truth_image
from sgnet_model.evaluation.confusion import Counts, scores
from sgnet_model.evaluation.frames import evaluate_frames
from sgnet_model.evaluation.multiscale import MultiScale, labeller
from sgnet_model.evaluation.synthetic import SceneSet
from sgnet_model.predictor import Predictor
from sgnet_model.scenes import CLASSIC, HELD_OUT_SEEDS, REALISTIC, Profile, render_scene
from sgnet_model.training.board import Boards, LogBoard, open_tensorboard
from sgnet_model.training.validation import VALIDATION_SEEDS, SceneValidation
from sgnet_model.variants import build


def test_the_log_is_one_object_a_step_and_is_appended_to(tmp_path: Path) -> None:
    for step in (1, 2):
        board = Boards([LogBoard(tmp_path / "run")])
        board.scalars(step, {"loss": step / 2})
        board.picture(step, "scene", np.zeros((2, 2, 3), np.uint8))
        board.close()
    lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"step": 1, "loss": 0.5},
        {"step": 2, "loss": 1.0},
    ]


def test_a_number_json_does_not_know_becomes_null(tmp_path: Path) -> None:
    board = LogBoard(tmp_path)
    board.scalars(1, {"validation/miou": float("nan")})
    board.close()
    assert json.loads((tmp_path / "log.jsonl").read_text())["validation/miou"] is None


def test_tensorboard_gets_numbers_and_pictures(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its dependencies' own
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        board = open_tensorboard(tmp_path)
        assert board is not None
        board.scalars(3, {"loss": 0.5})
        board.picture(3, "scene", np.full((4, 6, 3), 200, np.uint8))
        board.close()
        events = EventAccumulator(str(tmp_path)).Reload()
    (scalar,) = events.Scalars("loss")
    assert (scalar.step, scalar.value) == (3, 0.5)
    (picture,) = events.Images("scene")
    assert (picture.height, picture.width) == (4, 6)


def test_without_tensorboard_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert open_tensorboard(tmp_path) is None
    assert not list(tmp_path.iterdir())


def evaluate_scenes(
    predictor: Predictor, count: int, first_seed: int, profile: Profile = CLASSIC
) -> Counts:
    scenes = SceneSet(count, first_seed, profile)
    classify = labeller(MultiScale(predictor))
    return evaluate_frames(scenes, classify, predictor.network.scheme).matrix


def test_validation_is_evaluation_on_the_last_held_out_scenes() -> None:
    assert set(VALIDATION_SEEDS) <= set(HELD_OUT_SEEDS)
    torch.manual_seed(0)
    network = build(replace(TINY, classes=40))
    validation = SceneValidation((96, 128), 1, torch.device("cpu"), CLASSIC)
    found = validation.scores(network)
    predictor = Predictor(network, device="cpu", size=(96, 128))
    expected = scores(evaluate_scenes(predictor, 1, VALIDATION_SEEDS[0]))
    assert found.acc == expected.acc
    assert found.iou == pytest.approx(expected.iou, nan_ok=True)


def test_the_picture_shows_scene_truth_and_prediction() -> None:
    network = build(replace(TINY, classes=40))
    picture = SceneValidation((48, 64), 1, torch.device("cpu"), REALISTIC).picture(network)
    assert picture.shape == (48, 192, 3)
    scene, truth, prediction = np.split(picture, 3, 1)
    assert (scene != truth).any()
    assert (truth != prediction).any()
    shown = render_scene(VALIDATION_SEEDS[0], (48, 64), profile=REALISTIC)
    assert (scene == shown.rgb).all()
    assert shown.labels is not None
    colours = truth_image(shown.labels, network.scheme.palette)
    assert np.array_equal(truth, blend(shown.rgb, colours, 0.6))


def test_validation_is_on_scenes_drawn_as_the_runs_own_are() -> None:
    torch.manual_seed(0)
    network = build(replace(TINY, classes=40))
    predictor = Predictor(network, device="cpu", size=(96, 128))
    validation = SceneValidation((96, 128), 2, torch.device("cpu"), REALISTIC, 0.5)
    assert validation.scenes.name == "2 realistic scenes from seed 999000, 50 % of them classic"
    found = validation.scores(network)
    first, then = VALIDATION_SEEDS[:2]  # of the source's first two frames the first is classic
    counts = evaluate_scenes(predictor, 1, first, profile=CLASSIC)
    counts = counts + evaluate_scenes(predictor, 1, then, profile=REALISTIC)
    assert found.acc == scores(counts).acc
    assert found.acc != scores(evaluate_scenes(predictor, 2, first)).acc
