"""NumPy in, NumPy out: all that the viewer and the command line use of the network."""

from __future__ import annotations

import operator
import threading
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, NoReturn, Self

import torch
from torch import Tensor

from .config import PAPER_SIZE, Precision, SGNetConfig
from .data.intrinsics import guess_intrinsics
from .devices import choose_device, choose_precision, place
from .nn import SGNet, SGNetOutput
from .nn.planning import plan_of
from .nn.prepare import CapturedNetwork, PreparedNetwork, prepared
from .nn.prepare.int8 import (
    QuantisedNetwork,
    calibration_inputs,
    places_of,
    quantised,
    reason_against,
)
from .prediction import Prediction
from .preprocess import check_picture, rgb_tensor, spatial_tensor, zoomed
from .sizes import SMALLEST_SIDE
from .switches import NO_SWITCHES, Switches
from .threads import one_thread
from .types import FloatArray, Intrinsics, LayerTrace, UInt8Array, UserError
from .upsampling import interpolation_matrix
from .weights import load_checkpoint
from .weights.card import fitted_temperature, int8_ranges

try:
    from .nn.compiled import calls
except ImportError:  # no numba for this Python or processor
    calls = None  # type: ignore[assignment]


def automatic_precision(
    config: SGNetConfig, provenance: Mapping[str, Any], device: torch.device
) -> Precision:
    """What "auto" stands for: int8 on a processor that multiplies bytes, where `sgnet-model
    calibrate` left the ranges of all maps; else see `choose_precision`.

    int8 is faster than bf16 and its taps are those of fp32; its labels differ from fp32's in some
    more pixels (BENCHMARKS.md, "In bytes").
    """
    if device.type != "cpu" or reason_against(config) is not None:
        return "auto"
    return "int8" if _all_ranges(config, provenance) is not None else "auto"


def _all_ranges(
    config: SGNetConfig, provenance: Mapping[str, Any]
) -> dict[str, tuple[float, float]] | None:
    """What `int8_ranges` finds; None where a place of the network is missing."""
    ranges = int8_ranges(provenance) or {}
    return ranges if ranges.keys() >= set(places_of(config)) else None


class Predictor:
    """A network prepared for a device, fed at one size: (height, width), or None for each
    picture's own.

    `precision`: of weights and feature maps; "auto": see `automatic_precision`; "int8" measures its
    ranges on rendered rooms first, some seconds, where the checkpoint does not hold them. The
    attribute says what was taken.
    `network`: the prepared copy of the one given, with its weights at that time. `plan`: its
    convolutions, as values.
    `temperature`: what logits are divided by before they are probabilities: the checkpoint's, or 1.
    `notice`: a sentence where the device is not the one asked for, else None.

    It can be copied, sharing all, but neither pickled nor deep-copied: load it in each process.
    """

    def __init__(
        self,
        network: SGNet,
        *,
        device: str | torch.device = "auto",
        size: tuple[int, int] | None = PAPER_SIZE,
        precision: Precision = "fp32",
    ) -> None:
        if not isinstance(network, SGNet):
            raise UserError(
                f"A predictor is made of an SGNet, and {type(network).__name__} arrived: take one "
                "of `build` or `load_checkpoint`."
            )
        self.device, self.notice = choose_device(device)
        self.size = _checked(size)
        if precision == "auto":
            precision = automatic_precision(network.config, network.provenance, self.device)
        self.precision, dtype = choose_precision(precision, self.device)
        self.network = self._prepared(network, dtype)
        self.plan = plan_of(network)
        self.temperature = fitted_temperature(network.provenance) or 1.0
        on_gpu = self.device.type == "cuda"
        if calls is not None and not on_gpu:
            calls.compile_for(dtype)
        self._pass: Callable[..., SGNetOutput] = self.network
        if on_gpu and isinstance(self.network, PreparedNetwork):
            self._pass = CapturedNetwork(self.network)
        self._unprepared = _Unprepared(lambda: deepcopy(network), self.device)

    def __copy__(self) -> Self:
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        return made

    def __reduce__(self) -> NoReturn:
        raise UserError(
            "A predictor can be neither pickled nor deep-copied: hand on the checkpoint's path, "
            "and load it in each process."
        )

    def _prepared(self, network: SGNet, dtype: torch.dtype) -> PreparedNetwork | QuantisedNetwork:
        if self.precision != "int8":
            with one_thread():
                return prepared(network, self.device, dtype)
        reason = reason_against(network.config)
        if reason is not None:
            raise UserError(reason)
        ranges = _all_ranges(network.config, network.provenance)
        if ranges is not None:
            with one_thread():
                return QuantisedNetwork(network, ranges)
        return quantised(network, calibration_inputs(network.config, self.size))

    @classmethod
    def load(
        cls,
        path: Path | str,
        *,
        device: str | torch.device = "auto",
        size: tuple[int, int] | None = PAPER_SIZE,
        precision: Precision = "fp32",
    ) -> Self:
        """From a checkpoint file (see `load_checkpoint`)."""
        written = _written(path)
        with one_thread():
            network = load_checkpoint(path)
        made = cls(network, device=device, size=size, precision=precision)
        # Read again when it is asked for, so that a prepared network is all that is kept.
        made._unprepared = _Unprepared(lambda: _same_again(path, written), made.device)
        return made

    def predict(
        self,
        rgb: UInt8Array,
        depth_m: FloatArray,
        intrinsics: Intrinsics | None = None,
        *,
        switches: Switches = NO_SWITCHES,
    ) -> Prediction:
        """`rgb`: (H, W, 3) uint8. `depth_m`: (H, W) float32 metres, 0 = missing.

        `intrinsics` matter only to networks guided by coordinates; without them they are guessed.
        `switches`: what layers do without, in this pass; UserError where they name another layer.
        Labels and confidence come at the picture's size; the traces from the same forward pass.
        """
        check_picture(rgb, depth_m)
        height, width = rgb.shape[:2]
        size = self.size or (height, width)
        camera = intrinsics or guess_intrinsics(width, height)
        start = time.perf_counter()
        with torch.inference_mode():
            output = self.forward(rgb, depth_m, camera, size, switches)
            logits = output.logits[0]  # (C, h, w)
            labels, confidence = decide(logits / self.temperature, size, (height, width))
            return Prediction(
                labels=labels.cpu().numpy(),
                confidence=confidence.cpu().numpy(),
                logits=logits.cpu().numpy(),
                traces=self._traces(output, size),
                network_size=size,
                scheme=self.network.scheme,
                milliseconds=(time.perf_counter() - start) * 1e3,
                switches=switches,
                plan=self.plan,
                temperature=self.temperature,
            )

    def differentiable(self) -> SGNet:
        """The network as it was built, float32, in eval mode, for gradients by its inputs: its
        weights take none. Made at the first call and kept; treat it as read-only."""
        return self._unprepared.network()

    def forward(
        self,
        rgb: UInt8Array,
        depth_m: FloatArray,
        camera: Intrinsics,
        size: tuple[int, int],
        switches: Switches = NO_SWITCHES,
        zoomed_to: tuple[int, int] | None = None,
    ) -> SGNetOutput:
        """The network's output for the picture at `size`: (1, C, h, w) logits, on its device.

        `zoomed_to`: the size that the input made at `size` is brought to, see `zoomed`.
        """
        switches.check(self.network.config.tap_layers)
        picture = rgb_tensor(rgb, size)
        spatial = spatial_tensor(depth_m, camera, size, self.network.config)
        if zoomed_to is not None:
            picture = zoomed(picture, zoomed_to)
            spatial = None if spatial is None else zoomed(spatial, zoomed_to)
        output: SGNetOutput = self._pass(
            self._uploaded(picture),
            None if spatial is None else self._uploaded(spatial),
            switches,
        )
        return output

    def _uploaded(self, tensor: Tensor) -> Tensor:
        """On the device; to a GPU from pinned memory, so that nothing waits for the copy."""
        if self.device.type != "cuda":
            return tensor.to(self.device)
        return tensor.pin_memory().to(self.device, non_blocking=True)

    def _traces(self, output: SGNetOutput, size: tuple[int, int]) -> tuple[LayerTrace, ...]:
        geometry = self.network.geometry()
        return tuple(
            LayerTrace(
                name,
                taps.offsets[0].cpu().numpy(),
                taps.modulation[0].cpu().numpy(),
                geometry[name].stride_in,
                geometry[name].stride_out,
                (
                    _cells(size[0], geometry[name].stride_in),
                    _cells(size[1], geometry[name].stride_in),
                ),
            )
            for name, taps in output.taps.items()
        )


def _checked(size: object) -> tuple[int, int] | None:
    """UserError unless it is (height, width) in whole pixels, or None."""
    if size is None:
        return None
    try:
        height, width = map(operator.index, size)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        height = width = 0
    if min(height, width) < SMALLEST_SIDE:
        raise UserError(
            f"The input size {size!r} is not understood: give (height, width) of at least "
            f"{SMALLEST_SIDE} pixels each, or None for each picture's own."
        )
    return height, width


def _written(path: Path | str) -> tuple[int, int] | None:
    """When the file was written and how long it is; None where it cannot be asked."""
    try:
        known = Path(path).stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size


def _same_again(path: Path | str, written: tuple[int, int] | None) -> SGNet:
    """UserError where the file is another one by now: its weights did not give the answers."""
    if _written(path) != written:
        raise UserError(
            f"{Path(path).name} was written again since it was loaded: load it anew, so that "
            "answers and explanations are of the same weights."
        )
    return load_checkpoint(path)


class _Unprepared:
    """A network made at the first call, once; shared by the copies of a predictor."""

    def __init__(self, make: Callable[[], SGNet], device: torch.device) -> None:
        self._make = make
        self._device = device
        self._network: SGNet | None = None
        self._lock = threading.Lock()

    def network(self) -> SGNet:
        with self._lock:
            if self._network is None:
                made = self._make().float().eval().requires_grad_(False)
                self._network = place(made, self._device)
            return self._network


def decide(
    logits: Tensor, network: tuple[int, int], picture: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """Class indices (uint8) and the winner's probability (float32) at the picture's size, (H, W).

    `logits`: (C, h, w) float32 of a network fed at size `network`.
    """
    if calls is not None and logits.device.type == "cpu":
        return calls.decide(logits, *_matrices(logits, network, picture))
    full = upsampled(logits, network, picture)
    best, labels = full.max(0)
    return labels.to(torch.uint8), (best - full.logsumexp(0)).exp()


def upsampled(logits: Tensor, network: tuple[int, int], picture: tuple[int, int]) -> Tensor:
    """(C, h, w) logits of a network fed at size `network` -> (C, H, W) at size `picture`."""
    rows, columns = _matrices(logits, network, picture)
    return rows @ logits @ columns.T


def _matrices(
    logits: Tensor, network: tuple[int, int], picture: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """(H, h) and (W, w), as the logits are."""
    rows, columns = (
        torch.tensor(interpolation_matrix(*lengths)).to(logits)
        for lengths in zip(logits.shape[1:], network, picture, strict=True)
    )
    return rows, columns


def _cells(pixels: int, stride: int) -> int:
    """Length of a map at `stride`: every strided operation is 3x3 with padding 1."""
    return -(-pixels // stride)
