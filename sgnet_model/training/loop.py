"""The training loop: in one process or several, resumable at any saved step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sgnet_model.devices import computes_in_bf16, place
from sgnet_model.evaluation.confusion import Scores
from sgnet_model.files import make_folder
from sgnet_model.nn import SGNet
from sgnet_model.progress import Progress, no_progress
from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.types import UInt8Array, UserError
from sgnet_model.weights import save_checkpoint

from .batches import Batch
from .board import Board, Boards
from .class_weights import Numbers
from .distributed import broadcast, summed
from .losses import segmentation_loss, thinned, valid_pixels
from .modes import prepare, set_training, synchronises
from .optimiser import (
    Pull,
    backbone_learning_rate,
    clip_gradients,
    make_optimiser,
    make_schedule,
)
from .saving import State, load_optimiser, load_weights, read_state, taking_up, write_state
from .settings import TrainSettings
from .stopping import stop_request

STATE_FILE = "state.pt"
LAST_FILE = "last.safetensors"
BEST_FILE = "best.safetensors"


class Validation(Protocol):
    """How good a network is, on frames of its own: see `validation`."""

    def scores(self, network: SGNet) -> Scores: ...

    def picture(self, network: SGNet) -> UInt8Array | None:
        """(H, W, 3), if there is anything to show."""


class Trainer:
    """Holds what a step changes: network, averaged weights, optimiser, schedule, step count.

    `class_weights`: (C,), see `class_weights.weighed`, to which `resume` leaves those of the saved
    run where it weighed classes as the settings do. `source`: what the frames come from, JSON-ready
    and kept with the state; `resume` leaves that of the saved run, {} where it kept none.
    `stopped`: a signal ended the last run early, number `stopped_by` where this process had it.
    `best`: the best mIoU in validation so far, NaN before one.
    """

    def __init__(
        self,
        network: SGNet,
        settings: TrainSettings,
        folder: Path,
        provenance: dict[str, Any],
        device: torch.device | None = None,
        progress: Progress = no_progress,
        *,
        ranks: Ranks = ALONE,
        board: Board | None = None,
        validation: Validation | None = None,
    ) -> None:
        self.device = device or torch.device("cpu")
        self.settings, self.folder, self.provenance = settings, folder, provenance
        self.ranks, self.progress, self.board = ranks, progress, board or Boards(())
        self.validation = validation
        synchronised = synchronises(settings, self.device, ranks.world)
        self.network = place(prepare(network, settings, synchronised), self.device)
        set_training(self.network, settings)
        self.class_weights: Numbers | None = None
        self.source: dict[str, Any] = {}
        self.bf16 = settings.bf16 and computes_in_bf16(self.device)
        self.average = _averaged(self.network, settings.ema)
        self.optimiser = make_optimiser(self.network, settings)
        self.schedule = make_schedule(self.optimiser, settings)
        self.pull = Pull(self.network, settings.pull)
        self._called = DistributedDataParallel(self.network) if ranks.world > 1 else self.network
        self.step = 0
        self.losses: list[float] = []
        self.best = math.nan
        self.stopped, self.stopped_by = False, 0

    def run(self, stream: Iterator[Batch], until: int | None = None) -> None:
        """Train to step `until` (default: the last), saving every `save_every` steps.

        Ctrl+C or SIGTERM, to whichever process, ends it after the step in progress. What was
        reached is saved in each case.
        """
        until = self.settings.steps if until is None else until
        with stop_request() as request:
            while self.step < until and not self._anyone(request.is_set):
                self.train_step(next(stream))
                self._tell()
            asked = self._anyone(request.is_set)  # also in the last step before `until`
            self.stopped = asked and self.step < self.settings.steps
            self.stopped_by = request.number
            self.save()

    def train_step(self, batch: Batch) -> float:
        """One optimiser step; the loss over all processes.

        A loss that is not finite stops the run; the batch is kept.
        """
        # What a step draws (dropout) depends on the step alone, whatever happened before.
        place_in_run = self.step * self.ranks.world + self.ranks.rank
        torch.manual_seed((self.settings.seed << 32) + place_in_run)
        loss = self._loss(batch)
        value = float(summed(loss.detach().clone(), self.ranks))
        if not math.isfinite(value):
            self._stop_on(batch, value)
        self.optimiser.zero_grad(set_to_none=True)
        # DistributedDataParallel takes the mean of the processes' gradients; we want their sum.
        (loss * self.ranks.world).backward()  # type: ignore[no-untyped-call]
        clip_gradients(self.network, self.settings.clip_norm)
        self.optimiser.step()
        self.pull.apply(backbone_learning_rate(self.optimiser))
        self.schedule.step()
        if self.average is not None:
            self.average.update_parameters(self.network)
        self.step += 1
        self.losses.append(value)
        return value

    def validate(self) -> Scores | None:
        """Scores, logged and kept as best.safetensors where none was better; rank 0 alone."""
        if self.validation is None or not self.ranks.leads:
            return None
        found = self.validation.scores(self.best_network)
        named = {"acc": found.acc, "macc": found.macc, "miou": found.miou}
        self.board.scalars(self.step, {f"validation/{name}": v for name, v in named.items()})
        picture = self.validation.picture(self.best_network)
        if picture is not None:
            self.board.picture(self.step, "validation/scene", picture)
        set_training(self.network, self.settings)
        if not found.miou <= self.best:  # also where there was none
            self.best = found.miou
            self._checkpoint(BEST_FILE, {"validation": named})
        return found

    @property
    def best_network(self) -> SGNet:
        """The averaged network where there is one."""
        network = self.network if self.average is None else self.average.module
        assert isinstance(network, SGNet)
        return network

    def save(self) -> None:
        """The network as a checkpoint, and all that a resumed run needs; rank 0 alone."""
        if self.ranks.leads:
            self._checkpoint(LAST_FILE, {})
            write_state(self.folder / STATE_FILE, self.state())

    def state(self) -> State:
        """Tensors, numbers and lists only."""
        weights = self.class_weights
        return {
            "step": self.step,
            "network": self.network.state_dict(),
            "average": None if self.average is None else self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "random": torch.get_rng_state(),
            "losses": self.losses,
            # Since version 0.1.0 of the viewer; older files have none.
            "optimiser_kind": self.settings.optimiser,
            "class_weights": None if weights is None else weights.tolist(),
            "class_weights_kind": self.settings.class_weights,
            "best": self.best,
            "start": self.pull.state(),
            "source": self.source,  # older files have none
        }

    def resume(self) -> bool:
        """Continue from the folder's saved state; False where there is none.

        Rank 0 reads it for all, since other machines may not see the folder.
        """
        path = self.folder / STATE_FILE
        state = broadcast(read_state(path) if self.ranks.leads else None, self.ranks)
        if state is None:
            return False
        with taking_up(path):
            self._take_up(state, path)
        return True

    def _take_up(self, state: State, path: Path) -> None:
        kind = state.get("optimiser_kind", self.settings.optimiser)
        if kind != self.settings.optimiser:
            raise UserError(
                f"{path} was trained with {kind}, not {self.settings.optimiser}: continue with "
                f"optimiser={kind}, or choose another folder."
            )
        if self.pull.start and not state.get("start"):
            raise UserError(
                f"{path} was saved without pull, so where it began is not known any more: continue "
                "with pull=0, or choose another folder."
            )
        load_weights(self.network, state["network"], path)
        if self.average is not None and state["average"] is not None:
            load_weights(self.average, state["average"], path)
        load_optimiser(self.optimiser, self.schedule, state, path)
        torch.set_rng_state(state["random"])
        self.step, self.losses = state["step"], state["losses"]
        self.best = state.get("best", math.nan)
        self.pull.load(state.get("start", {}))
        self.source = dict(state.get("source", {}))
        asked = self.settings.class_weights
        same = asked != "none" and state.get("class_weights_kind", asked) == asked
        if same and state.get("class_weights"):
            self.class_weights = np.array(state["class_weights"])

    def _loss(self, batch: Batch) -> Tensor:
        """This process's share of the loss: their sum is the mean over all valid pixels."""
        settings = self.settings
        rgb = batch.rgb.to(self.device, memory_format=torch.channels_last)
        spatial = None if batch.spatial is None else batch.spatial.to(self.device)
        labels = thinned(batch.labels.to(self.device), settings.loss_stride)
        count = summed(valid_pixels(labels), self.ranks)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            output = self._called(rgb, spatial)
        weights = self.class_weights
        return segmentation_loss(
            output,
            labels,
            settings.auxiliary_weight,
            class_weights=None if weights is None else torch.tensor(weights).to(rgb),  # float32
            count=count,
        )

    def _tell(self) -> None:
        settings = self.settings
        rate = self.optimiser.param_groups[0]["lr"]
        self.board.scalars(self.step, {"loss": self.losses[-1], "learning_rate": rate})
        self.progress(self.step, settings.steps)
        every = settings.validate_every
        try:
            if every and (self.step % every == 0 or self.step == settings.steps):
                self.validate()
        finally:  # after it: a run that is continued knows the best score, and repeats none
            if self.step % settings.save_every == 0:
                self.save()

    def _anyone(self, asked: bool) -> bool:
        """Whether any process has it; a collective call."""
        return bool(summed(torch.tensor(float(asked), device=self.device), self.ranks) > 0)

    def _checkpoint(self, name: str, more: dict[str, Any]) -> None:
        make_folder(self.folder)
        provenance = {**self.provenance, "steps": self.step, "settings": asdict(self.settings)}
        save_checkpoint(self.best_network, self.folder / name, {**provenance, **more})

    def _stop_on(self, batch: Batch, value: float) -> None:
        make_folder(self.folder)
        name = f"batch-{self.step}" + (f"-rank{self.ranks.rank}" if self.ranks.rank else "")
        path = self.folder / f"{name}.pt"
        torch.save((batch.rgb, batch.spatial, batch.labels), path)
        raise UserError(
            f"The loss became {value} at step {self.step}: its batch is kept in {path}; "
            "lower the learning rate or clip gradients."
        )


def _averaged(network: SGNet, decay: float) -> AveragedModel | None:
    if not decay:
        return None
    average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return AveragedModel(network, multi_avg_fn=average, use_buffers=True)
