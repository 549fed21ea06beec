"""`sgnet_model` in a program of one's own: its names, and one sentence for what does not fit."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from inspection_support import SIZE, frame, network
from torch import nn
from torch.utils import _pytree as pytree

import sgnet_model as sgnet
from sgnet_model.devices import choose_device
from sgnet_model.nn import SGNetOutput, TapOutput
from sgnet_model.resources import sample_dir
from sgnet_model.types import LayerTrace


@pytest.fixture(scope="module")
def predictor() -> sgnet.Predictor:
    return sgnet.Predictor(network(), device="cpu", size=None)


@pytest.fixture(scope="module")
def prediction(predictor: sgnet.Predictor) -> sgnet.Prediction:
    shown = frame()
    return predictor.predict(shown.rgb, shown.depth_m, shown.intrinsics)


def test_names_are_listed_and_found() -> None:
    assert set(sgnet.__all__) <= set(dir(sgnet))
    assert all(getattr(sgnet, name) is not None for name in sgnet.__all__)


SPINS = """
import os, sys
FIRST
import sgnet_model
print("torch" in sys.modules, os.environ.get("GOMP_SPINCOUNT"))
"""


@pytest.mark.parametrize(
    ("first", "given", "used"),
    [
        ("", {}, "False 20000"),
        ("", {"GOMP_SPINCOUNT": "7"}, "False 7"),
        ("", {"OMP_WAIT_POLICY": "ACTIVE"}, "False None"),
        ("sys.modules['torch'] = os", {}, "True None"),
    ],
)
def test_threads_that_wait_soon_sleep_where_it_is_not_too_late(
    first: str, given: dict[str, str], used: str
) -> None:
    ours = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    ran = subprocess.run(
        [sys.executable, "-c", SPINS.replace("FIRST", first)],
        env=environment | given,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ran.stdout.strip() == used


def test_values_are_shown_in_one_line(
    predictor: sgnet.Predictor, prediction: sgnet.Prediction
) -> None:
    found = sgnet.inspect("reads", predictor, frame(), (40, 30))
    shown = (prediction, prediction.traces[0], prediction.plan, frame(), found)
    for value in shown:
        assert repr(value).startswith(f"<{type(value).__name__}")
        assert len(repr(value)) < 200
    assert "96 x 64 pixels, with depth" in repr(frame())
    assert isinstance(shown[1], LayerTrace)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"size": 480}, "size 480 is not understood"),
        ({"size": "480x640"}, "'480x640' is not understood"),
        ({"size": "native"}, "or None for each picture's own"),
        ({"size": (0, 640)}, "at least 32"),
        ({"device": None}, "no device called None"),
    ],
)
def test_a_predictor_says_what_it_does_not_take(given: dict[str, Any], said: str) -> None:
    with pytest.raises(sgnet.UserError, match=said):
        sgnet.Predictor(network(), **{"device": "cpu", **given})


def test_a_predictor_is_made_of_an_sgnet() -> None:
    with pytest.raises(sgnet.UserError, match="made of an SGNet, and Linear arrived"):
        sgnet.Predictor(nn.Linear(1, 1))  # type: ignore[arg-type]


def test_sizes_may_be_any_whole_numbers() -> None:
    made = sgnet.Predictor(network(), device="cpu", size=np.array([64, 96]))  # type: ignore[arg-type]
    assert made.size == (64, 96)


def test_a_gpu_named_by_torch_falls_back_as_its_name_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device(torch.device("cuda")) == choose_device("cuda")
    assert choose_device(torch.device("cpu")) == (torch.device("cpu"), None)


def test_a_predictor_says_that_it_cannot_be_pickled(predictor: sgnet.Predictor) -> None:
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(sgnet.UserError, match="neither pickled nor deep-copied"):
            attempt(predictor)
    assert copy.copy(predictor).network is predictor.network


def test_depth_of_another_size_has_no_metres(prediction: sgnet.Prediction) -> None:
    shown = frame()
    with pytest.raises(sgnet.UserError, match=r"shape \(32, 48\) and the picture \(64, 96\)"):
        sgnet.probe(prediction, 40, 30, shown.depth_m[::2, ::2], shown.intrinsics)
    with pytest.raises(sgnet.UserError, match="looks like millimetres"):
        sgnet.probe(prediction, 40, 30, 1000 * shown.depth_m, shown.intrinsics)


def test_a_probe_without_a_camera_knows_depth_and_no_places(prediction: sgnet.Prediction) -> None:
    shown = frame()
    seen = sgnet.probe(prediction, 40, 30, shown.depth_m, shown.intrinsics)
    blind = sgnet.probe(prediction, 40, 30, shown.depth_m)
    assert seen.depth_m == blind.depth_m == pytest.approx(float(shown.depth_m[30, 40]))
    assert seen.xyz_m is not None
    assert blind.xyz_m is None
    assert blind.layers[0].spread_m is None
    assert sgnet.probe(prediction, 40, 30).depth_m is None


def test_pixels_are_whole_numbers(predictor: sgnet.Predictor, prediction: sgnet.Prediction) -> None:
    with pytest.raises(sgnet.UserError, match="not two whole numbers"):
        sgnet.probe(prediction, 40.5, 30)  # type: ignore[arg-type]
    assert sgnet.probe(prediction, np.int64(40), np.int64(30)).u == 40
    for pixel, said in ((200, "pixel is 200"), ((1, 2, 3), "give .u, v."), ((1.0, 2.0), "whole")):
        with pytest.raises(sgnet.UserError, match=said):
            sgnet.inspect("reads", predictor, frame(), pixel)  # type: ignore[arg-type]


def test_a_question_is_put_to_a_predictor_about_a_frame(predictor: sgnet.Predictor) -> None:
    with pytest.raises(sgnet.UserError, match="put to a Predictor, and SGNet arrived"):
        sgnet.inspect("reads", network(), frame(), (40, 30))  # type: ignore[arg-type]
    with pytest.raises(sgnet.UserError, match="about a Frame, and ndarray arrived"):
        sgnet.inspect("reads", predictor, frame().rgb, (40, 30))  # type: ignore[arg-type]
    with pytest.raises(sgnet.UserError, match=r"options are 'layer1\.0'"):
        sgnet.inspect("reads", predictor, frame(), (40, 30), "layer1.0")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rgb": np.zeros((4, 6, 3), np.float32)}, "colour is float32"),
        ({"rgb": [[0]]}, r"colour is a list: an array of uint8, \(H, W, 3\)"),
        ({"depth_m": np.ones((4, 6), np.uint16)}, "depth is uint16"),
        ({"depth_m": np.ones((4, 6, 1), np.float32)}, r"shape \(4, 6, 1\): .* \(H, W\)"),
        ({"labels": np.ones((4, 6), np.int64)}, "ground truth is int64"),
    ],
)
def test_a_frame_says_which_array_does_not_fit(given: dict[str, Any], said: str) -> None:
    camera = sgnet.Intrinsics(5, 5, 2.5, 1.5, 6, 4)
    fitting = sgnet.Frame("a", np.zeros((4, 6, 3), np.uint8), np.ones((4, 6), np.float32), camera)
    with pytest.raises(sgnet.UserError, match=said):
        replace(fitting, **given)


def kitchen(**given: Any) -> sgnet.Frame:
    """A bundled pair, read as said."""
    folder = sample_dir("kitchen")
    return sgnet.load_pair(folder / "rgb.png", folder / "depth.png", **given)


def test_a_unit_may_be_a_number() -> None:
    plain, scaled = kitchen(unit="mm").depth_m, kitchen(unit=0.002).depth_m
    assert scaled == pytest.approx(2 * plain)
    with pytest.raises(sgnet.UserError, match="depth unit"):
        kitchen(unit=[1])


def test_a_camera_may_be_numbers_or_a_matrix() -> None:
    numbers = (500.0, 510.0, 319.0, 239.0)
    matrix = np.array([[500.0, 0, 319], [0, 510, 239], [0, 0, 1]])
    said = kitchen(intrinsics="500,510,319,239").intrinsics
    assert (said.fx, said.fy, said.cx, said.cy) == numbers
    assert kitchen(intrinsics=numbers).intrinsics == said
    assert kitchen(intrinsics=matrix).intrinsics == said
    folder = sample_dir("kitchen")
    opened = sgnet.open_frames(
        folder / "rgb.png", folder / "depth.png", unit=0.001, intrinsics=matrix
    )
    assert opened[0].intrinsics == said
    with pytest.raises(sgnet.UserError, match="are no camera"):
        kitchen(intrinsics=np.eye(2))


def test_a_set_of_frames_is_a_sequence() -> None:
    folder = sample_dir("kitchen")
    frames = sgnet.open_frames(folder / "rgb.png", folder / "depth.png")
    assert [one.name for one in frames] == [frames[0].name] == [frames[-1].name]
    assert frames[np.int64(0)].size == frames.load(0).size
    with pytest.raises(sgnet.UserError, match="has no frame 1"):
        frames[1]


def test_a_state_dict_without_its_network_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "own.pth"
    torch.save(network().state_dict(), path)
    with pytest.raises(sgnet.UserError, match="save_checkpoint"):
        sgnet.load_checkpoint(path)


def test_what_a_checkpoint_says_of_its_weights_stays(tmp_path: Path) -> None:
    said = {"a": np.float32(1.5), "b": np.arange(2), "c": torch.tensor(3)}
    path, again = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    sgnet.save_checkpoint(network(), path, said)
    loaded = sgnet.load_checkpoint(path)
    assert loaded.provenance == {"a": 1.5, "b": [0, 1], "c": 3}
    sgnet.save_checkpoint(loaded, again)
    assert sgnet.load_checkpoint(again).provenance == loaded.provenance


def test_outputs_are_containers_to_torch() -> None:
    layer = sgnet.SConv(4, 5, projector_channels=4).eval()
    x, depth_m = torch.randn(1, 4, 6, 8), torch.rand(1, 1, 12, 16)
    output = layer(x, depth_m)
    tensors, form = pytree.tree_flatten(output)
    assert [one.shape[1] for one in tensors] == [5, 18, 9]
    assert isinstance(pytree.tree_unflatten(tensors, form), TapOutput)
    whole = network().eval()(*_inputs())
    halved = pytree.tree_map_only(torch.Tensor, lambda tensor: tensor / 2, whole)
    assert isinstance(halved, SGNetOutput)
    assert next(iter(halved.taps)) == "layer1.0"


def test_a_layer_can_be_exported() -> None:
    layer = sgnet.SConv(4, 5, projector_channels=4).eval()
    given = torch.randn(1, 4, 6, 8), torch.rand(1, 1, 12, 16)
    exported = torch.export.export(layer, given).module()(*given)
    assert torch.allclose(exported.features, layer(*given).features, atol=1e-5)


def _inputs() -> tuple[torch.Tensor, torch.Tensor]:
    shown, small = frame(), network()
    spatial = sgnet.spatial_tensor(shown.depth_m, shown.intrinsics, SIZE, small.config)
    assert spatial is not None
    return sgnet.rgb_tensor(shown.rgb, SIZE), spatial


@pytest.mark.parametrize(
    ("x", "spatial", "said"),
    [
        (torch.zeros(4, 6, 8), torch.zeros(1, 1, 6, 8), "features X have shape"),
        (torch.zeros(1, 4, 6, 8), torch.zeros(1, 6, 8), "information S have shape"),
        (torch.zeros(1, 4, 6, 8), torch.zeros(1, 1, 6, 8).int(), "torch.int32"),
        (torch.zeros(1, 4, 6, 8).double(), torch.zeros(1, 1, 6, 8), "torch.float64"),
        (torch.zeros(2, 4, 6, 8), torch.zeros(1, 1, 6, 8), "hold 2 pictures and .* 1"),
    ],
)
def test_a_layer_says_which_tensor_does_not_fit(
    x: torch.Tensor, spatial: torch.Tensor, said: str
) -> None:
    with pytest.raises(sgnet.UserError, match=said):
        sgnet.SConv(4, 5, projector_channels=4)(x, spatial)


def test_under_autocast_every_floating_type_is_taken() -> None:
    layer = sgnet.SConv(4, 5, projector_channels=4).eval()
    x, depth_m = torch.randn(1, 4, 6, 8), torch.rand(1, 1, 6, 8)
    with torch.autocast("cpu", torch.bfloat16):
        assert layer(x.bfloat16(), depth_m).features.isfinite().all()
        with pytest.raises(sgnet.UserError, match=r"torch\.int64"):
            layer(x.bfloat16(), depth_m.long())


def test_a_network_says_which_type_it_takes() -> None:
    rgb, spatial = _inputs()
    for given in ((rgb.byte(), spatial), (rgb.double(), spatial), (rgb, spatial.double())):
        with pytest.raises(sgnet.UserError, match="bring both to one floating type"):
            network()(*given)
    assert network().double()(rgb.double(), spatial.double()).logits.dtype == torch.float64


def test_a_fresh_layer_weighs_taps_by_about_a_half() -> None:
    torch.manual_seed(0)
    output = sgnet.SConv(4, 5)(torch.randn(2, 4, 24, 32), 4 * torch.rand(2, 1, 24, 32))
    assert (output.offsets == 0).all()
    assert 0.4 < output.modulation.mean() < 0.6


def test_strides_and_paddings_as_numbers_and_as_pairs() -> None:
    x, weight = torch.randn(1, 2, 8, 10), torch.randn(3, 2, 3, 3)
    offsets = torch.zeros(1, 18, 4, 5)
    expected = nn.functional.conv2d(x, weight, stride=2, padding=1)
    for stride, padding in ((2, 1), ((2, 2), (1, 1))):
        found = sgnet.deform_conv2d(x, offsets, weight, stride=stride, padding=padding)
        assert torch.allclose(found, expected, atol=1e-5)
    assert sgnet.SConv(2, 3, stride=(2, 2)).stride == 2
    for wrong in ({"stride": (1, 2)}, {"stride": 0}, {"padding": -1}, {"padding": (1, 2, 3)}):
        with pytest.raises(sgnet.UserError, match="whole number"):
            sgnet.deform_conv2d(x, offsets, weight, **wrong)
    with pytest.raises(sgnet.UserError, match="one whole number"):
        sgnet.SConv(2, 3, stride=(1, 2))
