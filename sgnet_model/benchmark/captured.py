"""A prepared network on a GPU as a CUDA graph: one launch a pass instead of some hundreds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from sgnet_model.nn.prepare import PreparedNetwork

WARM_UPS = 3  # kernels are tuned and libraries choose before anything is recorded


@dataclass(frozen=True, slots=True, eq=False)
class _Recording:
    graph: torch.cuda.CUDAGraph
    picture: Tensor
    spatial: Tensor | None
    logits: Tensor


class CapturedNetwork:
    """Called like the network, returns its logits: memory that the next call writes over."""

    def __init__(self, network: PreparedNetwork) -> None:
        self._network = network
        self._recordings: dict[torch.Size, _Recording] = {}

    def __call__(self, picture: Tensor, spatial: Tensor | None) -> Tensor:
        recording = self._recordings.get(picture.shape)
        if recording is None:
            recording = self._recordings[picture.shape] = self._record(picture, spatial)
        recording.picture.copy_(picture)
        if recording.spatial is not None and spatial is not None:
            recording.spatial.copy_(spatial)
        recording.graph.replay()
        return recording.logits

    def _record(self, picture: Tensor, spatial: Tensor | None) -> _Recording:
        """On inputs of its own, which later ones are copied into."""
        picture = picture.clone()
        spatial = None if spatial is None else spatial.clone()
        with _searched_convolutions(), torch.inference_mode():
            self._warm_up(picture, spatial)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                logits = self._network(picture, spatial).logits
        return _Recording(graph, picture, spatial, logits)

    def _warm_up(self, picture: Tensor, spatial: Tensor | None) -> None:
        """Beside the current stream, as recording needs it."""
        current = torch.cuda.current_stream()
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(current)
        with torch.cuda.stream(aside):
            for _ in range(WARM_UPS):
                self._network(picture, spatial)
        current.wait_stream(aside)


@contextmanager
def _searched_convolutions() -> Iterator[None]:
    """cuDNN measures its algorithms and keeps the fastest, for what runs in here first."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before
