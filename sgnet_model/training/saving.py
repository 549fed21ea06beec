"""What a killed run needs to continue, as one file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from sgnet_model.files import write_atomically
from sgnet_model.types import UserError
from sgnet_model.untrusted import reading, whole

State = dict[str, Any]  # the keys are listed in `Trainer.state`


def write_state(path: Path, state: State) -> None:
    """The whole file or none."""
    memory = io.BytesIO()
    torch.save(state, memory)
    write_atomically(path, memory.getvalue())


def read_state(path: Path) -> State | None:
    """On the CPU; None where there is no such file, UserError where it is no saved run."""
    if not path.exists():
        return None
    with reading(path, _not_saved(path)):
        state: State = torch.load(path, map_location="cpu", weights_only=True)
        whole(state["step"], 0)
        return state


@contextmanager
def taking_up(path: Path) -> Iterator[None]:
    """Around whatever puts a saved state in place: UserError where the file holds another kind."""
    with reading(path, _not_saved(path)):
        yield


def _not_saved(path: Path) -> str:
    return (
        f"{path} is not a saved run that can be continued: choose another folder, or remove the "
        "file to start afresh."
    )


def load_weights(network: torch.nn.Module, weights: State, path: Path) -> None:
    """UserError where they are another network's."""
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise UserError(
            f"{path} belongs to another network: choose another folder, or the variant that was "
            "trained there.",
            str(error),
        ) from error


def load_optimiser(
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    state: State,
    path: Path,
) -> None:
    """Moments and position from the saved run; rates and decays stay those of today's settings.

    UserError where its parameters were grouped otherwise: moments go by their place in a group.
    """
    groups = state["optimiser"]["param_groups"], optimiser.param_groups
    saved, asked = ([len(group["params"]) for group in each] for each in groups)
    if saved != asked:
        raise UserError(
            f"{path} was trained with another choice of what learns apart or not at all: continue "
            "with its backbone_rate, freeze_steps and auxiliary_weight, or choose another folder."
        )
    today = [
        {name: value for name, value in group.items() if name != "params"}
        for group in optimiser.param_groups
    ]
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict({**state["schedule"], "base_lrs": schedule.base_lrs})
    for group, options, base, factor in zip(
        optimiser.param_groups, today, schedule.base_lrs, schedule.lr_lambdas, strict=True
    ):
        group.update(options)
        group["lr"] = base * factor(schedule.last_epoch)
