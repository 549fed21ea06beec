"""`sgnet-model train --data`: the options of a run on files, and what is reported of it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.types import UserError

from .inputs import reading_options
from .parser import OF_DATA, OF_SCENES, READING_OPTIONS, add_reading_options, refuse_options

if TYPE_CHECKING:
    from sgnet_model.training.data_recipes import DataRecipe
    from sgnet_model.training.on_files import TrainingData, TrainingRun


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """What only --data needs."""
    group = parser.add_argument_group("data sets")
    group.add_argument(
        "--data", type=Path, metavar="ROOT", help="a data set: its folder, or NYUv2's .mat"
    )
    group.add_argument("--split", metavar="NAME", help="the part to train on (default: train)")
    group.add_argument(
        "--val-split",
        metavar="NAME",
        help="the part to validate on after each epoch (default: --val-share of the training "
        "frames, which are then not trained on)",
    )
    group.add_argument(
        "--val-share",
        type=float,
        metavar="X",
        help="how much of the training part is held out to choose the best weights on, from 0 "
        "(none) to 0.99, where no --val-split is given (default: 0.05)",
    )
    group.add_argument("--epochs", type=float, metavar="N", help="instead of the recipe's")
    group.add_argument(
        "--on-error",
        choices=("stop", "skip"),
        help="what to do about a frame that cannot be read or has no usable labels; the next one "
        "takes the place of a skipped one (default: stop)",
    )
    add_reading_options(group)


def data_recipe(args: argparse.Namespace) -> DataRecipe:
    """As the options ask; UserError where they cannot be met."""
    from sgnet_model.training.data_recipes import DATA_RECIPES, in_epochs, with_values
    from sgnet_model.training.overrides import parse_setting
    from sgnet_model.variants import config_of

    refuse_options(args, ("first_seed", "profile"), OF_SCENES)
    if args.recipe not in DATA_RECIPES:
        raise UserError(
            f"--data needs one of the recipes {', '.join(DATA_RECIPES)}, not {args.recipe!r}: "
            "choose it with --recipe."
        )
    if args.steps is not None and args.epochs is not None:
        raise UserError("--steps and --epochs both tell the length: give one of them.")
    recipe = with_values(DATA_RECIPES[args.recipe], map(parse_setting, args.settings))
    if args.steps is not None:
        recipe = with_values(recipe, [("steps", args.steps)])
    if args.epochs is not None:
        recipe = in_epochs(recipe, args.epochs)
    if args.val_share is not None:
        recipe = replace(recipe, val_share=args.val_share)
    if args.variant is not None:
        recipe = replace(recipe, variant=config_of(args.variant).variant)
    return recipe


def opened_data(args: argparse.Namespace, recipe: DataRecipe) -> TrainingData:
    """What --data and its companions name."""
    from sgnet_model.training.files import Files
    from sgnet_model.training.on_files import open_data

    return open_data(
        Files(args.data, args.split, **reading_options(args)),
        recipe,
        args.val_split,
        args.on_error or "stop",
    )


def refuse_data_options(args: argparse.Namespace) -> None:
    """They mean nothing to rendered scenes."""
    names = ("split", "val_split", "val_share", "epochs", "on_error")
    refuse_options(args, (*names, *READING_OPTIONS), OF_DATA)


def run_values(run: TrainingRun, data: TrainingData) -> dict[str, Any]:
    """JSON-ready: what the report of a run on files says besides its scores."""
    return {
        "frames": len(data.train),
        "validated_on": data.val_split,
        "init": run.start and run.start.to_dict(),
        "skipped": [{"frame": one.frame, "reason": one.reason} for one in run.skipped],
    }
