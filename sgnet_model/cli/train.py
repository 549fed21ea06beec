"""`sgnet-model train`: run a named recipe, or continue one that was interrupted."""

from __future__ import annotations

import argparse
import math
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.config import DEVICES
from sgnet_model.signals import EndedBySignal
from sgnet_model.types import UserError

from .console import Console
from .parser import Commands, add_command, add_profile_option
from .text import table
from .train_bar import Bar, open_bar
from .train_files import (
    add_data_options,
    data_recipe,
    opened_data,
    refuse_data_options,
    run_values,
)

if TYPE_CHECKING:
    import torch

    from sgnet_model.ranks import Ranks
    from sgnet_model.training.board import Board
    from sgnet_model.training.class_weights import ClassShares
    from sgnet_model.training.data_recipes import DataRecipe
    from sgnet_model.training.loop import Trainer
    from sgnet_model.training.on_files import TrainingData
    from sgnet_model.training.recipes import Recipe

_TEXT = """\
Train a network by a named recipe. On a data set (--data): nyuv2, sunrgbd and cityscapes are the
paper's, counted in epochs, with a validation after each. On rendered scenes: compact, from scratch,
and rooms, which makes its weights (--init) fit for the pictures and depth of other cameras; scenes
are rendered as the run goes, none is stored.

The folder keeps last.safetensors and best.safetensors (by the mean IoU in validation, on frames
held out of the data set or on held-out scenes drawn as the run's own are), which every other
command takes, log.jsonl, TensorBoard's files where it is installed, and what an interrupted run
needs: Ctrl+C saves, and the same command continues with the same batches. On scenes a run that is
continued keeps its generator and first seed; others are refused.

The batch of a data set's recipe is that of all processes together, as the paper's 8 are; those of
compact and rooms are each process's own."""

NO_BF16 = (
    "This device has no instructions for bfloat16, so the run computes in float32 (bf16=true of "
    "its settings holds where there are)."
)

_EPILOG = """\
examples:
  sgnet-model train --data nyu_depth_v2_labeled.mat --recipe nyuv2 --out runs/nyu \\
      --init resnet101.pth
  sgnet-model train --data SUNRGBD --recipe sunrgbd --out runs/sun --on-error skip
  torchrun --nproc-per-node 4 -m sgnet_model.cli train --data cityscapes --recipe cityscapes \\
      --workers 4 --out runs/cityscapes
  sgnet-model train --recipe compact --out runs/compact
  sgnet-model train --recipe rooms --init runs/compact/last.safetensors --out runs/rooms
  sgnet-model train --init runs/compact/last.safetensors --first-seed 50000000 --out runs/more
  sgnet-model train --out runs/short --steps 200 --set batch=4 --set augment.crop=240x320"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "train", _TEXT, _EPILOG)
    parser.add_argument(
        "--recipe",
        default="compact",
        metavar="NAME",
        help="nyuv2, sunrgbd or cityscapes with --data; compact (default) or rooms without",
    )
    out = parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="created, or continued from"
    )
    parser.add_argument(
        "--variant", metavar="NAME", help="the network to train (default: the recipe's)"
    )
    parser.add_argument(
        "--init",
        type=Path,
        metavar="FILE",
        help="weights to start from: a ResNet's of ImageNet (.pth or .safetensors; a deep stem, or "
        "torchvision's layout, with which the stem is left fresh), or a checkpoint",
    )
    _add_scene_options(parser)
    _add_setting_options(parser, out)
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="processes that read or render frames (default: 1); the batches of a run on scenes "
        "depend on their number",
    )
    add_data_options(parser)
    parser.add_argument("--device", default="auto", metavar="|".join(DEVICES), help="default: auto")
    parser.set_defaults(run=run)


def _add_scene_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--first-seed",
        type=int,
        metavar="N",
        help="of the rendered scenes: a run that goes on from a checkpoint (--init) may take new "
        "ones; one that is continued keeps its own",
    )
    add_profile_option(
        parser,
        None,
        "that of the run that is continued, else furnished where its models are installed, else "
        "realistic",
    )


def _add_setting_options(parser: argparse.ArgumentParser, out: argparse.Action) -> None:
    parser.add_argument("--steps", type=int, metavar="N", help="optimiser steps in all")
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
        needless=out,
        help="print the settings with each recipe's values, and leave",
    )
    parser.add_argument(
        "--class-frequencies",
        type=Path,
        metavar="FILE",
        help="JSON of class name to share of the pixels, for class_weights=median (default: "
        "measured over some frames; a run that is continued keeps its own)",
    )


def run(args: argparse.Namespace, console: Console) -> None:
    """Trains; prints where the checkpoints are."""
    from sgnet_model.allocator import keep_all_freed_memory
    from sgnet_model.devices import choose_device, computes_in_bf16
    from sgnet_model.training.board import NO_TENSORBOARD, open_tensorboard
    from sgnet_model.training.distributed import joined
    from sgnet_model.training.recipes import Recipe

    if args.list_settings:
        _tell_settings(args, console)
        return
    if args.workers < 0:
        raise UserError(f"--workers is {args.workers}: use 0 to make frames in the trainer itself.")
    if args.init is not None and not args.init.is_file():
        raise UserError(f"There is no file {args.init}: --init takes the weights to start from.")
    recipe = _recipe(args) if args.data is None else data_recipe(args)
    _check_frequencies(args, recipe)
    data = None if isinstance(recipe, Recipe) else opened_data(args, recipe)
    device, device_notice = choose_device(args.device)
    notices = [device_notice] if device_notice else []
    keep_all_freed_memory()
    with joined(device) as (ranks, device):
        if recipe.settings.bf16 and not computes_in_bf16(device):
            notices.append(NO_BF16)
        tensorboard = open_tensorboard(args.out) if ranks.leads else None
        if ranks.leads and tensorboard is None:
            notices.append(NO_TENSORBOARD)
        notice = " ".join(notices) or None
        if notice and ranks.leads and not args.json:
            console.say(notice)
        trainer, more = _train(recipe, data, args, console, ranks, device, tensorboard)
        if ranks.leads:
            _report(trainer, args, console, {"notice": notice, **more})
    if trainer.stopped:
        raise EndedBySignal(trainer.stopped_by or signal.SIGINT, said=True)


def _train(
    recipe: Recipe | DataRecipe,
    data: TrainingData | None,
    args: argparse.Namespace,
    console: Console,
    ranks: Ranks,
    device: torch.device,
    more: Board | None,
) -> tuple[Trainer, dict[str, Any]]:
    """The trainer after its run, and what --json gives besides. `data`: for a recipe on files.
    `more`: a board besides the bar and the log."""
    from sgnet_model.scenes import profile_named
    from sgnet_model.training.board import Boards, LogBoard
    from sgnet_model.training.recipes import Recipe, train

    common: dict[str, Any] = {"workers": args.workers, "device": device, "ranks": ranks}
    common["shares"] = _shares(args, recipe)
    with open_bar(console, ranks.leads) as bar:
        common |= {"start": args.init, "tell": bar.say if ranks.leads else lambda _sentence: None}
        boards: list[Board] = [bar, LogBoard(args.out)] if ranks.leads else []
        common["board"] = board = Boards([*boards, more] if more else boards)
        try:
            if isinstance(recipe, Recipe):
                bar.total(recipe.steps)
                common["profile"] = profile_named(args.profile) if args.profile else None
                trainer = train(recipe, args.out, first_seed=args.first_seed, **common)
                return trainer, {"validated_on": trainer.provenance["validated_on"]}
            assert data is not None  # opened with its recipe
            return _train_on_files(recipe, data, args, bar, common)
        finally:
            board.close()


def _train_on_files(
    recipe: DataRecipe,
    data: TrainingData,
    args: argparse.Namespace,
    bar: Bar,
    common: dict[str, Any],
) -> tuple[Trainer, dict[str, Any]]:
    from sgnet_model.training.data_recipes import fitted
    from sgnet_model.training.on_files import train_on_files

    ranks: Ranks = common["ranks"]
    bar.total(fitted(recipe, len(data.train), ranks.world).steps)
    run = train_on_files(recipe, data, args.out, **common)
    return run.trainer, run_values(run, data)


def _shares(args: argparse.Namespace, recipe: Recipe | DataRecipe) -> ClassShares | None:
    """What --class-frequencies prints."""
    from sgnet_model.data.palettes import scheme_for
    from sgnet_model.training.class_weights import read_shares

    if not args.class_frequencies:
        return None
    return read_shares(args.class_frequencies, scheme_for(recipe.config.classes).classes)


def _check_frequencies(args: argparse.Namespace, recipe: Recipe | DataRecipe) -> None:
    if args.class_frequencies and recipe.settings.class_weights == "none":
        raise UserError("--class-frequencies needs --set class_weights=median, which uses them.")


def _recipe(args: argparse.Namespace) -> Recipe:
    """As the options ask; UserError where they cannot be met."""
    from sgnet_model.scenes import FIRST_TRAINING_SEED
    from sgnet_model.training.data_recipes import DATA_RECIPES
    from sgnet_model.training.overrides import parse_setting
    from sgnet_model.training.recipes import RECIPES, changed, scaled
    from sgnet_model.variants import config_of

    if args.recipe in DATA_RECIPES:
        raise UserError(
            f"The recipe {args.recipe} trains on files: name the data set with --data ROOT."
        )
    if args.recipe not in RECIPES:
        known = ", ".join([*RECIPES, *DATA_RECIPES])
        raise UserError(f"There is no recipe called {args.recipe!r}: choose one of {known}.")
    refuse_data_options(args)
    if args.first_seed is not None and args.first_seed < FIRST_TRAINING_SEED:
        raise UserError(
            f"--first-seed is {args.first_seed}: scenes below {FIRST_TRAINING_SEED} are kept for "
            "evaluation; begin at that number or above."
        )
    recipe = changed(RECIPES[args.recipe], [parse_setting(text) for text in args.settings])
    if args.steps is not None:
        recipe = scaled(recipe, args.steps)
    if args.variant is not None:
        recipe = replace(recipe, variant=config_of(args.variant).variant)
    return recipe


def _report(
    trainer: Trainer, args: argparse.Namespace, console: Console, more: dict[str, Any]
) -> None:
    from sgnet_model.training.loop import LAST_FILE

    path = args.out / LAST_FILE
    loss = trainer.losses[-1] if trainer.losses else None
    skipped = len(more.get("skipped", ()))
    if trainer.stopped:
        print(
            f"Stopped and saved after step {trainer.step} of {trainer.settings.steps}: "
            "the same command continues from there.",
            file=console.err,
        )
        return
    best = None if math.isnan(trainer.best) else trainer.best
    validated_on = more.get("validated_on")
    if args.json:
        values = {"checkpoint": str(path), "steps": trainer.step, "loss": loss, "miou": best}
        console.say_json({**values, **more})
        return
    console.say(
        f"{path}: {trainer.step} steps"
        + ("" if loss is None else f", loss {loss:.3f}")
        + ("" if best is None else f", best mIoU in validation {best:.3f}")
        + (f" on {validated_on}" if best is not None and validated_on else "")
        + (f", bad frames skipped: {skipped}" if skipped else "")
    )


class _ListSettings(argparse.Action):
    """A flag that stands alone: with it `needless` may be left out."""

    def __init__(
        self, option_strings: list[str], dest: str, help: str, needless: argparse.Action
    ) -> None:
        super().__init__(option_strings, dest, nargs=0, default=False, help=help)
        self._needless = needless

    def __call__(self, _: argparse.ArgumentParser, args: argparse.Namespace, *__: Any) -> None:
        self._needless.required = False
        setattr(args, self.dest, True)


def _tell_settings(args: argparse.Namespace, console: Console) -> None:
    """Each with the recipes' values, as words."""
    from sgnet_model.training.data_recipes import DATA_RECIPES
    from sgnet_model.training.overrides import setting_types
    from sgnet_model.training.recipes import RECIPES

    recipes: dict[str, Recipe | DataRecipe] = {**RECIPES, **DATA_RECIPES}
    settings = {
        name: {title: _setting_text(recipe, name) for title, recipe in recipes.items()}
        for name in setting_types()
    }
    if args.json:
        console.say_json({"settings": settings})
        return
    rows = [[name, *values.values()] for name, values in settings.items()]
    console.say(table(("setting", *recipes), rows, left=1 + len(recipes)))


def _setting_text(recipe: Recipe | DataRecipe, name: str) -> str:
    """A setting's value as --set takes it; one for each stage where the stages decide, and epochs
    where the recipe counts in them."""
    from sgnet_model.training.data_recipes import epochs_of
    from sgnet_model.training.recipes import STAGE_FIELDS, Recipe

    if not isinstance(recipe, Recipe):
        if epochs := epochs_of(recipe, name):
            return f"{epochs:g} epoch" + ("" if epochs == 1 else "s")
    elif name == "steps":
        return str(recipe.steps)
    elif name in STAGE_FIELDS:
        values = [getattr(stage, STAGE_FIELDS[name]) for stage in recipe.stages]
        return " then ".join(_word(value) for value in values)
    inner = name.removeprefix("augment.")
    holder = recipe.settings if inner == name else recipe.settings.augment
    return _word(getattr(holder, inner))


def _word(value: Any) -> str:
    return ",".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
