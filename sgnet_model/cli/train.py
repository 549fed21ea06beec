"""`sgnet-model train`: run a named recipe, or continue one that was interrupted."""

from __future__ import annotations

import argparse
from pathlib import Path

from sgnet_model.types import UserError

from .console import Console
from .parser import Commands, add_command

_TEXT = """\
Train a network by a named recipe. Scenes are rendered as the run goes, none is stored. The folder
keeps last.safetensors, which every other command takes, and what a killed run needs to continue:
run the same command again and it does."""

_EPILOG = """\
example:
  sgnet-model train --recipe compact --out runs/compact"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "train", _TEXT, _EPILOG)
    parser.add_argument("--recipe", default="compact", metavar="NAME", help="compact (default)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="created, or continued from"
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="rendering processes (default: 1)"
    )
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda", help="default: auto")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Trains; tells where the checkpoint lies."""
    from sgnet_model.devices import choose_device
    from sgnet_model.training.loop import LAST_FILE
    from sgnet_model.training.recipes import RECIPES, train

    if args.recipe not in RECIPES:
        raise UserError(
            f"There is no recipe called {args.recipe!r}: choose one of {', '.join(RECIPES)}."
        )
    device, notice = choose_device(args.device)
    with console.progress("training", "step") as show:
        trainer = train(
            RECIPES[args.recipe], args.out, workers=args.workers, device=device, progress=show
        )
    path = args.out / LAST_FILE
    loss = trainer.losses[-1] if trainer.losses else None
    if args.json:
        console.say_json(
            {"checkpoint": str(path), "steps": trainer.step, "loss": loss, "notice": notice}
        )
        return
    console.say(f"{path}: {trainer.step} steps" + ("" if loss is None else f", loss {loss:.3f}"))
