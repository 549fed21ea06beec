"""Where this network lies between speed and accuracy, beside the published ones (paper, Fig. 6)."""

from __future__ import annotations

from sgnet_model.config import PAPER_SIZE
from sgnet_model.evaluation.results import Results

from .blocks import Block, Plot, Text
from .measured import Measured
from .other_tables import speeds_table
from .others import SPEEDS
from .paper import FAST_SIZE, SINGLE, TABLE_III, TABLE_IV, TABLE_VI, TABLE_VII
from .speed_plot import SpeedPoint, speed_plot
from .tables import parameters_of


def published_points() -> tuple[SpeedPoint, ...]:
    """Table VII at 425x560; the networks of Tables III and IV whose cost is in Table VI."""
    points = [
        SpeedPoint(
            f"{row.name} (425x560)",
            row.published["fps"],
            row.published["miou"] / 100,
            parameters=parameters_of(row.variant),
        )
        for row in TABLE_VII.rows
        if "fps" in row.published
    ]
    miou = {row.variant: row.published["miou"] for row in (*TABLE_III.rows, *TABLE_IV.rows)}
    points += [
        SpeedPoint(
            row.name,
            row.published["fps"],
            miou[row.variant] / 100,
            parameters=parameters_of(row.variant),
        )
        for row in TABLE_VI.rows
        if row.variant in miou
    ]
    return tuple(points)


def other_points() -> tuple[SpeedPoint, ...]:
    """Other authors' networks of which one source has mean IoU, speed and parameters."""
    return tuple(
        SpeedPoint(
            one.name,
            one.fps,
            one.miou / 100,
            parameters=round(one.parameters * 1e6),
            elsewhere=True,
        )
        for one in SPEEDS
        if one.parameters is not None
    )


def measured_points(measured: Measured) -> tuple[SpeedPoint, ...]:
    """Evaluations at one scale whose network's speed was measured too, at either of two sizes."""
    points = []
    for results in measured.results:
        settings, miou = results.settings, results.scores.miou
        changed = settings.flip or settings.switches or settings.edits
        if settings.scales != SINGLE or changed or miou is None:
            continue
        for size in (PAPER_SIZE, FAST_SIZE):
            speed = measured.speed(settings.variant, size)
            if speed is not None:
                name = f"{settings.variant} ({size[0]}x{size[1]}), {settings.data}"
                points.append(
                    SpeedPoint(
                        name, speed.fps, miou, ours=True, parameters=settings.parameters or 0
                    )
                )
    return tuple(points)


def speed_blocks(results: Results, measured: Measured) -> tuple[Block, ...]:
    """The plot, and what is missing from it."""
    ours = measured_points(measured)
    blocks: list[Block] = [
        Plot(
            "speed",
            speed_plot((*published_points(), *other_points(), *ours)),
            "Published: NYUDv2 test, GTX 1080 Ti, 480x640 where not named; the scores of the "
            "ablation (Tables III, IV) with the speeds of Table VI, and Table VII. A circle's area "
            "grows with the network's parameters: as counted here, of other authors' networks as "
            "they were published. Dashed: other authors' networks, on a machine that the source "
            "does not name, so their speeds do not compare with the others.",
        ),
        speeds_table(),
    ]
    variant = results.settings.variant
    if all(measured.speed(variant, size) is None for size in (PAPER_SIZE, FAST_SIZE)):
        blocks.append(
            Text(f"No speed of {variant} was given: add what bench --json printed with --results.")
        )
    if any(one.settings.rendered or one.settings.scheme != "nyu40" for one in measured.results):
        blocks.append(
            Text(
                "Points measured on other data than NYUDv2 do not compare with the published ones."
            )
        )
    return tuple(blocks)
