"""S as the layers of a prepared network see it: resized once for each resolution."""

from __future__ import annotations

from torch import Tensor

from sgnet_model.nn.operator import resized

from .target import Target


class Guidance:
    """The spatial information of one forward pass.

    `spatial`: (N, c', H, W), or None where each feature map guides itself.
    """

    def __init__(self, spatial: Tensor | None, target: Target) -> None:
        self._spatial = None if spatial is None else spatial.to(target.device, target.precise)
        self._target = target
        self._precise: dict[tuple[int, int], Tensor] = {}
        self._rounded: dict[tuple[int, int], Tensor] = {}

    def precise_for(self, x: Tensor) -> Tensor:
        """S at the size of X, in the target's precise format."""
        if self._spatial is None:
            return x.to(self._target.precise)
        size = (x.shape[2], x.shape[3])
        if size not in self._precise:
            self._precise[size] = resized(self._spatial, x)
        return self._precise[size]

    def rounded_for(self, x: Tensor) -> Tensor:
        """S at the size of X as a map for convolutions."""
        if self._spatial is None:
            return x
        size = (x.shape[2], x.shape[3])
        if size not in self._rounded:
            self._rounded[size] = self._target.map(self.precise_for(x))
        return self._rounded[size]
