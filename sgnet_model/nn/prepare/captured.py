"""A prepared network on a GPU as CUDA graphs: one launch a pass instead of some hundreds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from sgnet_model.nn.operator import TapOutput
from sgnet_model.nn.rounding import convolutions_round
from sgnet_model.nn.sgnet import SGNetOutput
from sgnet_model.switches import NO_SWITCHES, Switches

from .network import PreparedNetwork

WARM_UPS = 3  # kernels are tuned and libraries choose before anything is recorded
KEPT = 4  # recordings; each holds the memory of a whole pass

_RECORDING = threading.Lock()  # of the process: what is set while recording is set for all of it
_Input = tuple[torch.Size, torch.dtype]
_Key = tuple[torch.device, _Input, _Input | None, Switches, bool]


@dataclass(frozen=True, slots=True, eq=False)
class _Recording:
    """A graph, the memory it reads and the memory it writes."""

    graph: torch.cuda.CUDAGraph
    rgb: Tensor
    spatial: Tensor | None
    output: SGNetOutput

    def replay(self, rgb: Tensor, spatial: Tensor | None) -> SGNetOutput:
        # What lies in the host's memory is read before this returns: its owner may write there.
        self.rgb.copy_(rgb, non_blocking=rgb.is_cuda)
        if self.spatial is not None and spatial is not None:
            self.spatial.copy_(spatial, non_blocking=spatial.is_cuda)
        self.graph.replay()
        return _copied(self.output)


class CapturedNetwork:
    """Called as the `PreparedNetwork` on CUDA that it is given, from one thread and in one stream,
    with the same answers, whatever autocast says. The first call of a size and type, of switches,
    and of whether cuDNN may round to TF32 records; the last few are kept.

    All happens on the network's own device, whichever is current: a graph recorded on another one
    would hold nothing, and every later answer be the first one's.
    """

    def __init__(self, network: PreparedNetwork) -> None:
        self._network = network
        self._device = _numbered(network.target.device)
        self._recordings: dict[_Key, _Recording] = {}

    @torch.inference_mode()
    def __call__(
        self, rgb: Tensor, spatial: Tensor | None = None, switches: Switches = NO_SWITCHES
    ) -> SGNetOutput:
        """See `PreparedNetwork.forward`. The answer is the caller's: later calls leave it alone."""
        key = self._key(rgb, spatial, switches)
        with torch.cuda.device(self._device), torch.autocast(self._device.type, enabled=False):
            recording = self._recordings.pop(key, None)
            if recording is None:
                while len(self._recordings) >= KEPT:
                    del self._recordings[next(iter(self._recordings))]  # the longest unused
                with _RECORDING:
                    recording = self._record(rgb, spatial, switches)
            self._recordings[key] = recording
            return recording.replay(rgb, spatial)

    def _key(self, rgb: Tensor, spatial: Tensor | None, switches: Switches) -> _Key:
        """All that a recording is bound to."""
        of_spatial = None if spatial is None else (spatial.shape, spatial.dtype)
        return self._device, (rgb.shape, rgb.dtype), of_spatial, switches, convolutions_round()

    def _record(self, rgb: Tensor, spatial: Tensor | None, switches: Switches) -> _Recording:
        device = self._network.target.device
        rgb = rgb.to(device, copy=True)
        spatial = None if spatial is None else spatial.to(device, copy=True)
        # A stream of this device: PyTorch's own for recording belongs to the first that recorded.
        aside = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        with _searched_convolutions():
            self._warm_up(aside, rgb, spatial, switches)
            graph = torch.cuda.CUDAGraph()
            # Other threads go on meanwhile: by default what one of them asks of a GPU ends this.
            with torch.cuda.graph(graph, stream=aside, capture_error_mode="thread_local"):
                output = self._network(rgb, spatial, switches)
        return _Recording(graph, rgb, spatial, output)

    def _warm_up(
        self, aside: torch.cuda.Stream, rgb: Tensor, spatial: Tensor | None, switches: Switches
    ) -> None:
        """Beside the current stream, as recording needs it."""
        current = torch.cuda.current_stream(self._device)
        aside.wait_stream(current)
        with torch.cuda.stream(aside):
            for _ in range(WARM_UPS):
                self._network(rgb, spatial, switches)
        current.wait_stream(aside)


def _numbered(device: torch.device) -> torch.device:
    """ "cuda" is the current device now; another may be current at the next call."""
    if device.type != "cuda" or device.index is not None:
        return device
    return torch.device("cuda", torch.cuda.current_device())


@contextmanager
def _searched_convolutions() -> Iterator[None]:
    """cuDNN measures its algorithms and keeps the fastest, for what runs in here first."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before


def _copied(output: SGNetOutput) -> SGNetOutput:
    """But for the features, which nothing outside the network reads: the next call changes them."""
    taps = {
        name: TapOutput(one.features, one.offsets.clone(), one.modulation.clone())
        for name, one in output.taps.items()
    }
    return SGNetOutput(output.logits.clone(), None, taps)
