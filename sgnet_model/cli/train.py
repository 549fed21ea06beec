"""`sgnet-model train`: run a named recipe, or continue one that was interrupted."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.types import UInt8Array, UserError

from .console import Console
from .parser import Commands, add_command
from .text import table

if TYPE_CHECKING:
    import torch
    from tqdm import tqdm

    from sgnet_model.training.board import Board
    from sgnet_model.training.distributed import Party
    from sgnet_model.training.loop import Trainer
    from sgnet_model.training.recipes import Recipe

_TEXT = """\
Train a network by a named recipe. Scenes are rendered as the run goes, none is stored. The folder
keeps last.safetensors and best.safetensors (by the mean IoU on held-out scenes), which every other
command takes, log.jsonl, TensorBoard's files where it is installed, and what an interrupted run
needs: Ctrl+C saves, and the same command continues with the same batches."""

_EPILOG = """\
examples:
  sgnet-model train --recipe compact --out runs/compact
  sgnet-model train --out runs/short --steps 200 --set batch=4 --set augment.crop=240x320
  torchrun --nproc-per-node 4 -m sgnet_model.cli train --out runs/four --workers 4"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "train", _TEXT, _EPILOG)
    parser.add_argument("--recipe", default="compact", metavar="NAME", help="compact (default)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="created, or continued from"
    )
    parser.add_argument(
        "--variant", metavar="NAME", help="the network to train (default: the recipe's)"
    )
    parser.add_argument(
        "--steps", type=int, metavar="N", help="steps in all, shared out as in the recipe"
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a setting of the recipe; may be given several times",
    )
    parser.add_argument(
        "--list-settings",
        action=_ListSettings,
        help="print the settings with each recipe's values, and leave",
    )
    parser.add_argument(
        "--class-frequencies",
        type=Path,
        metavar="FILE",
        help="JSON of class name to share of the pixels, for class_weights=median (default: "
        "measured over the first scenes)",
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="rendering processes (default: 1)"
    )
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda", help="default: auto")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Trains; tells where the checkpoints lie."""
    from sgnet_model.devices import choose_device
    from sgnet_model.training.board import NO_TENSORBOARD, open_tensorboard
    from sgnet_model.training.distributed import joined
    from sgnet_model.training.memory import keep_freed_memory

    recipe = _recipe(args)
    device, notice = choose_device(args.device)
    keep_freed_memory()
    with joined(device) as (party, device):
        tensorboard = open_tensorboard(args.out) if party.leads else None
        if party.leads and tensorboard is None:
            notice = f"{notice} {NO_TENSORBOARD}" if notice else NO_TENSORBOARD
        if notice and party.leads and not args.json:
            console.say(notice)
        trainer = _train(recipe, args, console, party, device, tensorboard)
        if party.leads:
            _report(trainer, args, console, notice)
    if trainer.stopped:
        raise KeyboardInterrupt


def _train(
    recipe: Recipe,
    args: argparse.Namespace,
    console: Console,
    party: Party,
    device: torch.device,
    more: Board | None,
) -> Trainer:
    """`more`: a board besides the bar and the log."""
    from sgnet_model.build import build
    from sgnet_model.training.board import Boards, LogBoard
    from sgnet_model.training.class_weights import read_shares
    from sgnet_model.training.recipes import train

    names = build(recipe.variant).scheme.classes if args.class_frequencies else ()
    shares = read_shares(args.class_frequencies, names) if args.class_frequencies else None
    with _bar(console, recipe.steps, party.leads) as bar:
        boards: list[Board] = [bar, LogBoard(args.out)] if party.leads else []
        board = Boards([*boards, more] if more else boards)
        try:
            return train(
                recipe,
                args.out,
                workers=args.workers,
                device=device,
                party=party,
                board=board,
                shares=shares,
            )
        finally:
            board.close()


def _recipe(args: argparse.Namespace) -> Recipe:
    """As the options ask; UserError where they cannot be met."""
    from dataclasses import replace

    from sgnet_model.build import config_of
    from sgnet_model.training.overrides import parse_setting
    from sgnet_model.training.recipes import RECIPES, changed, scaled

    if args.recipe not in RECIPES:
        raise UserError(
            f"There is no recipe called {args.recipe!r}: choose one of {', '.join(RECIPES)}."
        )
    if args.workers < 0:
        raise UserError(f"--workers is {args.workers}: use 0 to render in the trainer itself.")
    recipe = changed(RECIPES[args.recipe], [parse_setting(text) for text in args.settings])
    if args.steps is not None:
        recipe = scaled(recipe, args.steps)
    if args.variant is not None:
        recipe = replace(recipe, variant=config_of(args.variant).variant)
    if args.class_frequencies and recipe.settings.class_weights == "none":
        raise UserError("--class-frequencies needs --set class_weights=median, which uses them.")
    return recipe


def _report(
    trainer: Trainer, args: argparse.Namespace, console: Console, notice: str | None
) -> None:
    from sgnet_model.training.loop import LAST_FILE

    path = args.out / LAST_FILE
    loss = trainer.losses[-1] if trainer.losses else None
    if trainer.stopped:
        print(
            f"Stopped and saved after step {trainer.step} of {trainer.settings.steps}: "
            "the same command continues from there.",
            file=console.err,
        )
        return
    best = None if math.isnan(trainer.best) else trainer.best
    if args.json:
        values = {"checkpoint": str(path), "steps": trainer.step, "loss": loss, "miou": best}
        console.say_json({**values, "notice": notice})
        return
    console.say(
        f"{path}: {trainer.step} steps"
        + ("" if loss is None else f", loss {loss:.3f}")
        + ("" if best is None else f", best mIoU in validation {best:.3f}")
    )


class _Bar:
    """A board that shows the step, the time left, the loss and the latest score."""

    def __init__(self, bar: tqdm[Any]) -> None:
        self._bar = bar
        self._shown: dict[str, str] = {}

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        if self._bar.n == 0 and step > 1:  # a continued run: what lies behind took no time
            self._bar.initial = self._bar.n = step - 1
        for name, short in (("loss", "loss"), ("validation/miou", "mIoU")):
            if name in values:
                self._shown[short] = f"{values[name]:.3f}"
        self._bar.set_postfix(self._shown, refresh=False)
        self._bar.update(step - self._bar.n)

    def picture(self, step: int, name: str, rgb: UInt8Array) -> None:
        """A terminal shows none."""

    def close(self) -> None:
        self._bar.close()


@contextmanager
def _bar(console: Console, steps: int, shown: bool) -> Iterator[_Bar]:
    """Where somebody is there to see it."""
    from tqdm import tqdm

    hidden = not (shown and console.err.isatty())
    with tqdm(
        desc="training", unit="step", total=steps, file=console.err, disable=hidden, leave=False
    ) as bar:
        yield _Bar(bar)


class _ListSettings(argparse.Action):
    """Prints the settings with the recipe's values, as --help prints the options."""

    def __init__(self, option_strings: list[str], dest: str, help: str) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from sgnet_model.training.overrides import setting_types
        from sgnet_model.training.recipes import RECIPES

        rows = [
            [name, *(_setting_text(recipe, name) for recipe in RECIPES.values())]
            for name in setting_types()
        ]
        print(table(("setting", *RECIPES), rows, left=2))
        parser.exit()


def _setting_text(recipe: Recipe, name: str) -> str:
    """A setting's value as --set takes it; one for each stage where the stages decide."""
    from sgnet_model.training.recipes import STAGE_FIELDS

    if name == "steps":
        return str(recipe.steps)
    if name in STAGE_FIELDS:
        values = [getattr(stage, STAGE_FIELDS[name]) for stage in recipe.stages]
        return " then ".join(_word(value) for value in values)
    inner = name.removeprefix("augment.")
    holder = recipe.settings if inner == name else recipe.settings.augment
    return _word(getattr(holder, inner))


def _word(value: Any) -> str:
    return ",".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
