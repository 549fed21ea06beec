"""Labels from several sizes and from the mirrored picture: raw logits averaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sgnet_model.config import Rescale
from sgnet_model.data.intrinsics import guess_intrinsics
from sgnet_model.predictor import Predictor, upsampled
from sgnet_model.preprocess import check_picture
from sgnet_model.sizes import SMALLEST_SIDE
from sgnet_model.switches import NO_SWITCHES, Switches
from sgnet_model.types import FloatArray, Frame, Intrinsics, UInt8Array, UserError

from .outcomes import Classified

LARGEST_SCALE = 8.0
_Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MultiScale:
    """A predictor asked at several scales of its size, mirrored too where `flip` is set.

    The paper's multi-scale test (Table VII) is (0.8, 1.0, 2.0) without mirroring. `rescale` "input"
    is the authors' way: what the network is fed at scale 1, picture and spatial information, is
    zoomed bilinearly, corner to corner, and the logits back likewise. "frame" makes each size from
    the frame itself, as any other size is made: depth by its nearest pixel, nothing between two
    surfaces. Logits are brought to the picture's size before they are averaged.
    """

    predictor: Predictor
    scales: tuple[float, ...] = (1.0,)
    flip: bool = False
    switches: Switches = NO_SWITCHES
    rescale: Rescale = "input"

    def __post_init__(self) -> None:
        if not self.scales or any(not 0 < scale <= LARGEST_SCALE for scale in self.scales):
            raise UserError(
                f"The scales {list(self.scales)} cannot be used: give numbers above 0 and up to "
                f"{LARGEST_SCALE:g}, for example 0.8 1.0 2.0."
            )

    def logits(
        self, rgb: UInt8Array, depth_m: FloatArray, intrinsics: Intrinsics | None = None
    ) -> Tensor:
        """(C, H, W) float32, the mean over scales and mirrorings, on the predictor's device.

        Arguments as in `Predictor.predict`.
        """
        check_picture(rgb, depth_m)
        height, width = rgb.shape[:2]
        camera = intrinsics or guess_intrinsics(width, height)
        base = self.predictor.size or (height, width)
        with torch.inference_mode():
            summed = sum(
                upsampled(
                    self._at(rgb, depth_m, camera, base, size),
                    base if self.rescale == "input" else size,
                    (height, width),
                )
                for size in self._sizes(base)
            )
            return torch.as_tensor(summed) / len(self.scales)

    def _sizes(self, base: tuple[int, int]) -> list[tuple[int, int]]:
        height, width = base
        return [
            (max(SMALLEST_SIDE, round(height * scale)), max(SMALLEST_SIDE, round(width * scale)))
            for scale in self.scales
        ]

    def _at(
        self, rgb: UInt8Array, depth_m: FloatArray, camera: Intrinsics, base: _Size, size: _Size
    ) -> Tensor:
        """(C, h, w) logits at one size; `base`: that of scale 1."""
        logits = self._forward(rgb, depth_m, camera, base, size)
        if not self.flip:
            return logits
        mirrored = replace(camera, cx=camera.width - 1 - camera.cx)
        other = self._forward(rgb[:, ::-1].copy(), depth_m[:, ::-1].copy(), mirrored, base, size)
        # Both grids span the picture corner to corner, so mirroring the map mirrors the picture.
        return (logits + other.flip(-1)) / 2

    def _forward(
        self, rgb: UInt8Array, depth_m: FloatArray, camera: Intrinsics, base: _Size, size: _Size
    ) -> Tensor:
        made, zoomed_to = (base, size) if self.rescale == "input" else (size, None)
        if made == zoomed_to:
            zoomed_to = None
        output = self.predictor.forward(rgb, depth_m, camera, made, self.switches, zoomed_to)
        return output.logits[0].float()


def classifier(voter: MultiScale) -> Callable[[Frame], Classified]:
    """What `evaluate_frames` asks: a frame to class indices and the logits behind them, divided by
    the network's fitted temperature: their softmax is the confidence that `predict` gives."""

    def classify(frame: Frame) -> Classified:
        if frame.depth_m is None:
            raise UserError(f"{frame.name} has no usable depth, which the network needs.")
        logits = voter.logits(frame.rgb, frame.depth_m, frame.intrinsics)
        labels = logits.argmax(0).to(torch.uint8).cpu().numpy()
        return Classified(labels, logits / voter.predictor.temperature)

    return classify


def labeller(voter: MultiScale) -> Callable[[Frame], UInt8Array]:
    """The labels alone, where nothing is counted beside them."""
    classify = classifier(voter)
    return lambda frame: classify(frame).labels
