"""The exported graph held to the network: both run on the same input, value by value."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import Tensor

from sgnet_model.data.intrinsics import guess_intrinsics
from sgnet_model.libraries import import_onnxruntime
from sgnet_model.nn.random_offsets import rms_cells, set_random_offsets
from sgnet_model.nn.sgnet import SGNet, SGNetOutput
from sgnet_model.predictor import upsampled
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.types import FloatArray, UInt8Array, UserError

from .export import OnnxSettings, make_model, tap_outputs

TOLERANCE = 1e-3  # relative; a wrong order or border is off by far more than a hundredth
LARGEST_TOLERANCE = 0.1
STRAIGHT_CELLS = 0.25  # offsets shorter than this show nothing of their order
OTHER_SIZE = (360, 500)  # that a graph for any size is checked at too
NUDGE = 3e-6  # of the picture, relative: what rounding adds up to in the layers


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far a value of the graph lies from the network's.

    `relative`: root mean square of the difference over that of the network's value (single elements
    may differ by more: taps that follow features blow rounding up). Of "labels" it is the share of
    pixels whose class differs. `allowed`: what `relative` may be.
    """

    name: str
    relative: float
    allowed: float = TOLERANCE

    @property
    def holds(self) -> bool:
        """Within what is allowed; NaN is not."""
        return self.relative <= self.allowed


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`deviations`: of every S-Conv's offsets, modulation and features, logits and labels."""

    runtime: str
    deviations: tuple[Deviation, ...]

    @property
    def worst(self) -> Deviation:
        """The largest relative one; those that do not hold before the others, NaN before all."""
        return max(
            self.deviations, key=lambda one: (math.isnan(one.relative), not one.holds, one.relative)
        )

    @property
    def holds(self) -> bool:
        """All of them."""
        return all(deviation.holds for deviation in self.deviations)


def check_model(model: onnx.ModelProto, network: SGNet, size: tuple[int, int]) -> CheckReport:
    """Runs `model`, made of `network` for inputs of `size`, in ONNX Runtime on the CPU.

    Allowed is `TOLERANCE`, or by how much the network's own value moves when the picture changes by
    no more than rounding: where weights follow features, each layer multiplies it.
    UserError where the installed ONNX Runtime has no DeformConv or does not know the opset.
    """
    rgb, depth_m = made_up_frame(size)
    camera = guess_intrinsics(size[1], size[0])
    spatial = spatial_tensor(depth_m, camera, size, network.config)
    feeds = {"rgb": np.ascontiguousarray(rgb.transpose(2, 0, 1)[None].astype(np.float32))}
    if spatial is not None:
        feeds[network.config.spatial] = spatial.numpy()
    batch = model.graph.input[0].type.tensor_type.shape.dim[0].dim_value or 1
    feeds = {name: np.repeat(array, batch, 0) for name, array in feeds.items()}
    places = list(tap_outputs(network, size))
    found, runtime = _run(_with_outputs(model, places), feeds)
    picture = rgb_tensor(rgb, size)
    expected = _expected(network, picture, spatial, size)
    moved = _expected(network, _nudged(picture), spatial, size)
    return CheckReport(
        runtime,
        tuple(
            replace(
                _deviation(name, found[name][-1:], value),
                allowed=_allowed(_deviation(name, moved[name], value)),
            )
            for name, value in expected.items()
        ),
    )


def check_bent(network: SGNet, settings: OnnxSettings) -> CheckReport | None:
    """As `check_model`, on a copy of the network whose taps are bent: those of a fresh network are
    straight, and a graph that moves them wrongly would pass.

    None where the network's own are bent already, where it has none, and where taps follow
    features, through which every rounding grows.
    """
    config = network.config
    if config.taps_follow_features:
        return None
    inputs = _small_inputs(network)
    with torch.inference_mode():
        taps = network.eval()(*inputs).taps.values()
    if not taps or max(rms_cells(one.offsets) for one in taps) > STRAIGHT_CELLS:
        return None
    bent = deepcopy(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        set_random_offsets(bent, *inputs)
    return check_model(make_model(bent, settings), bent, settings.size)


def _small_inputs(network: SGNet) -> tuple[Tensor, Tensor | None]:
    size = (96, 128)
    rgb, depth_m = made_up_frame(size)
    spatial = spatial_tensor(depth_m, guess_intrinsics(size[1], size[0]), size, network.config)
    device = next(network.parameters()).device
    return rgb_tensor(rgb, size).to(device), None if spatial is None else spatial.to(device)


def made_up_frame(size: tuple[int, int]) -> tuple[UInt8Array, FloatArray]:
    """(H, W, 3) uint8 noise over patches, and a slope from 1 m to 4 m with a step and a hole."""
    height, width = size
    random = np.random.default_rng(0)
    patches = random.integers(40, 216, (-(-height // 16), -(-width // 16), 3))
    patches = patches.repeat(16, 0).repeat(16, 1)[:height, :width]
    rgb = (patches + random.integers(-40, 40, (height, width, 3))).astype(np.uint8)
    depth = np.tile(np.linspace(1, 4, width, dtype=np.float32), (height, 1))
    depth[height // 4 : height // 2, width // 4 : width // 2] -= 0.6
    depth[: height // 8, : width // 8] = 0
    return rgb, depth


def _nudged(picture: Tensor) -> Tensor:
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
    return picture * (1 + NUDGE * noise)


def _allowed(moved: Deviation) -> float:
    return min(max(TOLERANCE, moved.relative), LARGEST_TOLERANCE)


def _with_outputs(model: onnx.ModelProto, names: list[str]) -> onnx.ModelProto:
    """A copy that gives the named values too."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    given = {output.name for output in model.graph.output}
    copy.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in names
        if name not in given
    )
    return copy


def _run(
    model: onnx.ModelProto, feeds: dict[str, NDArray[Any]]
) -> tuple[dict[str, NDArray[Any]], str]:
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what fails raises an exception
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its exceptions share no base class
        raise UserError(_refusal(error), details=str(error)) from error
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, feeds)
    return dict(zip(names, values, strict=True)), f"ONNX Runtime {onnxruntime.__version__}, CPU"


def _refusal(error: Exception) -> str:
    version = import_onnxruntime().__version__
    what = "DeformConv" if "DeformConv" in str(error) else "this graph or its opset"
    return (
        f"The installed ONNX Runtime {version} does not run {what} on the CPU, so the file was not "
        "checked: update onnxruntime, use --sampling grid, or pass --no-check."
    )


def _expected(
    network: SGNet, picture: Tensor, spatial: Tensor | None, size: tuple[int, int]
) -> dict[str, NDArray[Any]]:
    """What the network says, under the graph's names."""
    device = next(network.parameters()).device
    spatial = None if spatial is None else spatial.to(device)
    with torch.inference_mode():
        output: SGNetOutput = network.eval()(picture.to(device), spatial)
        labels = upsampled(output.logits[0], size, size).argmax(0)[None]
    values = {
        f"{name}.{what}": getattr(taps, what)
        for name, taps in output.taps.items()
        for what in ("offsets", "modulation", "features")
    }
    values |= {"logits": output.logits, "labels": labels}
    return {name: value.cpu().numpy() for name, value in values.items()}


def _deviation(name: str, found: NDArray[Any], expected: NDArray[Any]) -> Deviation:
    if found.shape != expected.shape:
        return Deviation(name, float("inf"))
    if name == "labels":
        return Deviation(name, float((found != expected).mean()))
    difference = found.astype(np.float64) - expected
    # Offsets of a network that was not trained are 0.
    return Deviation(name, _rms(difference) / max(_rms(expected), 1e-12))


def _rms(values: NDArray[Any]) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
