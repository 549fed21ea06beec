"""The loaded networks: one owner for still frames and streams, which keeps the last two."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from sgnet_model.prediction import Prediction
from sgnet_model.resources import default_checkpoint
from sgnet_model.switches import NO_SWITCHES, Switches
from sgnet_model.types import FloatArray, Intrinsics, UInt8Array, UserError
from sgnet_viewer.runtime.importing import import_torch
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice

from .kernels import compile_apart

KEPT = 2  # two networks are compared, without loading either again


class PredictorLike(Protocol):
    """What the window uses of `sgnet_model.predictor.Predictor`."""

    device: Any
    network: Any  # a torch.nn.Module with `config`
    notice: str | None
    precision: Any
    size: tuple[int, int] | None

    def predict(
        self,
        rgb: UInt8Array,
        depth_m: FloatArray,
        intrinsics: Intrinsics | None = None,
        *,
        switches: Switches = NO_SWITCHES,
    ) -> Prediction: ...


Key = tuple[Path, str, str]  # checkpoint, device, precision
Load = Callable[[Path, str, str], PredictorLike]  # of such a key
Version = tuple[int, int] | None


def load_predictor(checkpoint: Path, device: str, precision: str) -> PredictorLike:
    """Import torch and load.

    The questions about an answer are looked for here too: the window lists them with the first one.
    """
    import_torch()
    compile_apart()
    from sgnet_model.inspection.registry import inspections

    inspections()
    from sgnet_model.predictor import Predictor

    return Predictor.load(checkpoint, device=device, precision=cast(Any, precision))


def read_card(path: Path, task: Task) -> tuple[tuple[str, str], ...]:
    """(title, text) of what is known of a checkpoint, and where it lies."""
    task.report(f"Reading {path.name}")
    import_torch()
    from sgnet_model.weights import read_info
    from sgnet_model.weights.card import card_of

    return (("file", str(path)), *card_of(read_info(path)).rows())


def key_of(choice: NetworkChoice, automatic: str) -> Key:
    """What has to be loaded; `automatic`: the precision where the choice leaves it open."""
    precision = automatic if choice.precision == "auto" else choice.precision
    return choice.checkpoint or default_checkpoint(), choice.device, precision


class LoadedNetwork:
    """A network that is there. `turn`: on a GPU predictions wait for each other, on a CPU not."""

    def __init__(self, predictor: PredictorLike) -> None:
        self.predictor = predictor
        on_cpu = str(predictor.device).startswith("cpu")
        self.turn: AbstractContextManager[object] = nullcontext() if on_cpu else threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """`keys`: whatever may be asked for and is this network."""

    keys: frozenset[Key]
    version: Version
    loaded: LoadedNetwork


class LoadedNetworks:
    """Loads each network once and keeps those that were used last. For any thread.

    A request for one that is being loaded waits for it. One whose file was written again is
    loaded again when it is next switched to.
    """

    def __init__(self, load: Load = load_predictor) -> None:
        self._load = load
        self._changed = threading.Condition()
        self._under_way: set[Key] = set()
        self._kept: list[_Kept] = []  # the one used last comes last

    def get(self, key: Key, begin: Callable[[], None] = lambda: None) -> LoadedNetwork:
        """The network of `key`; `begin` is called before it is loaded. Raises as loading does."""
        with self._changed:
            self._changed.wait_for(lambda: key not in self._under_way)
            known = self._known(key)
            if known is not None:
                return known
            self._under_way.add(key)
        try:
            begin()
            version = _version_of(key[0])
            loaded = LoadedNetwork(self._load(*key))
            with self._changed:
                self._kept.append(_Kept(_keys_of(key, loaded), version, loaded))
                del self._kept[:-KEPT]
        finally:
            with self._changed:
                self._under_way.discard(key)
                self._changed.notify_all()
        return loaded

    def _known(self, key: Key) -> LoadedNetwork | None:
        known = any(key in kept.keys for kept in self._kept)
        wanted = key if known else _resolved(key)
        for kept in self._kept:
            if wanted in kept.keys:
                newest = kept is self._kept[-1]
                self._kept.remove(kept)
                if not newest and kept.version != _version_of(key[0]):
                    return None
                self._kept.append(kept)
                return kept.loaded
        return None


def _resolved(key: Key) -> Key:
    """What "auto" stands for on this machine; known once torch is imported."""
    checkpoint, device, precision = key
    if "auto" not in (device, precision) or "torch" not in sys.modules:
        return key
    from sgnet_model.devices import choose_device, choose_precision
    from sgnet_model.predictor import automatic_precision
    from sgnet_model.weights import read_info

    try:
        chosen, _ = choose_device(device)
        if precision == "auto":
            info = read_info(checkpoint)
            precision = automatic_precision(info.config, info.provenance, chosen)
        return checkpoint, str(chosen), choose_precision(precision, chosen)[0]
    except UserError:  # loading says it
        return key


def _keys_of(key: Key, loaded: LoadedNetwork) -> frozenset[Key]:
    """`key`, and what "auto" turned out to be; not where it computes elsewhere than was asked."""
    checkpoint, device, precision = key
    if loaded.predictor.notice:
        return frozenset((key,))
    devices, precisions = {device, str(loaded.predictor.device)}, {precision}
    precisions.add(str(loaded.predictor.precision))
    return frozenset((checkpoint, one, other) for one in devices for other in precisions)


def _version_of(checkpoint: Path) -> Version:
    """When the file was written, ns, and its size, bytes; None where there is none."""
    try:
        found = checkpoint.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
