"""The training loop: one process, resumable at any saved step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sgnet_model.devices import place
from sgnet_model.nn import SGNet
from sgnet_model.progress import Progress, no_progress
from sgnet_model.types import UserError
from sgnet_model.weights import save_checkpoint

from .batches import Batch
from .losses import segmentation_loss
from .optimiser import clip_gradients, make_optimiser, make_schedule
from .settings import TrainSettings

STATE_FILE = "state.pt"
LAST_FILE = "last.safetensors"


class Trainer:
    """Holds what a step changes: network, averaged weights, optimiser, schedule, step count."""

    def __init__(
        self,
        network: SGNet,
        settings: TrainSettings,
        folder: Path,
        provenance: dict[str, Any],
        device: torch.device | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self.device = device or torch.device("cpu")
        self.network = place(network.train(), self.device)
        self.settings = settings
        self.folder = folder
        self.provenance = provenance
        self.progress = progress
        self.optimiser = make_optimiser(network, settings)
        self.schedule = make_schedule(self.optimiser, settings)
        self.average = (
            AveragedModel(
                network,
                multi_avg_fn=get_ema_multi_avg_fn(settings.ema),  # type: ignore[no-untyped-call]
                use_buffers=True,
            )
            if settings.ema
            else None
        )
        self.step = 0
        self.losses: list[float] = []

    def run(self, stream: Iterator[Batch], until: int | None = None) -> None:
        """Train to step `until` (default: the last), saving every `save_every` steps."""
        until = self.settings.steps if until is None else until
        while self.step < until:
            self.train_step(next(stream))
            self.progress(self.step, self.settings.steps)
            if self.step % self.settings.save_every == 0:
                self.save()
        self.save()

    def train_step(self, batch: Batch) -> float:
        """One optimiser step. A loss that is not finite stops the run; the batch is kept."""
        rgb = batch.rgb.to(self.device, memory_format=torch.channels_last)
        spatial = None if batch.spatial is None else batch.spatial.to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bf16):
            output = self.network(rgb, spatial)
        loss = segmentation_loss(
            output,
            batch.labels.to(self.device),
            self.settings.auxiliary_weight,
            self.settings.loss_stride,
        )
        value = float(loss.detach())
        if not torch.isfinite(loss):
            self._stop_on(batch, value)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_gradients(self.network, self.settings.clip_norm)
        self.optimiser.step()
        self.schedule.step()
        if self.average is not None:
            self.average.update_parameters(self.network)
        self.step += 1
        self.losses.append(value)
        return value

    @property
    def best_network(self) -> SGNet:
        """The averaged network where there is one."""
        network = self.network if self.average is None else self.average.module
        assert isinstance(network, SGNet)
        return network

    def save(self) -> None:
        """The network as a checkpoint, and all that a resumed run needs, written atomically."""
        self.folder.mkdir(parents=True, exist_ok=True)
        provenance = {**self.provenance, "steps": self.step, "settings": asdict(self.settings)}
        save_checkpoint(self.best_network, self.folder / LAST_FILE, provenance)
        state = {
            "step": self.step,
            "network": self.network.state_dict(),
            "average": None if self.average is None else self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "random": torch.get_rng_state(),
            "losses": self.losses,
        }
        partial = self.folder / (STATE_FILE + ".partial")
        torch.save(state, partial)
        partial.replace(self.folder / STATE_FILE)

    def resume(self) -> bool:
        """Continue from the folder's saved state; False where there is none."""
        path = self.folder / STATE_FILE
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        if self.average is not None and state["average"] is not None:
            self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"].cpu())
        self.step, self.losses = state["step"], state["losses"]
        return True

    def _stop_on(self, batch: Batch, value: float) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"batch-{self.step}.pt"
        torch.save((batch.rgb, batch.spatial, batch.labels), path)
        raise UserError(
            f"The loss became {value} at step {self.step}: its batch is kept in {path}; "
            "lower the learning rate or clip gradients."
        )
