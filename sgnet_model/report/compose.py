"""From an evaluation to its report: which sections, in which order, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sgnet_model.evaluation.bins import CONFIDENCE_BINS, depth_range_name
from sgnet_model.evaluation.outcomes import Skipped
from sgnet_model.evaluation.results import Results, ScoreValues, Settings

from .blocks import NONE, Block, Document, Gallery, Plot, Section, Swatches, Table, Text, Tiles
from .class_plot import change, class_plot, signed
from .examples import Example, header_of
from .fields import FieldSheet
from .matrix_plot import largest_confusions, matrix_plot
from .measured import Measured
from .speed import speed_blocks
from .store import Material
from .tables import named_data, paper_blocks

_MEANS = (
    ("acc", "Pixel accuracy"),
    ("macc", "Mean accuracy"),
    ("miou", "Mean IoU"),
    ("fwiou", "Frequency-weighted IoU"),
)
MOST_SHOWN = 200  # rows in a table of frames; all are in results.json


@dataclass(frozen=True, slots=True)
class OtherRun:
    """Another run to compare with. `name`: what to call it."""

    name: str
    results: Results


def compose(material: Material, measured: Measured, against: OtherRun | None = None) -> Document:
    """The whole report. `measured`: what else stands in the paper's tables; may hold this run."""
    results = material.results
    sections = [
        Section("Scores", (*_overall(results, against), *_left_out(results.scores))),
        Section("Classes", _classes(results, against)),
        Section("Confusion", _confusion(results)),
        Section("Calibration, borders and depth", _more(results)),
        Section("Speed and accuracy", speed_blocks(results, measured)),
        Section("Worst frames", _examples(material.examples)),
        Section("Receptive fields", _fields(material.sheets)),
        Section("Bad frames", _bad(results)),
        Section("The paper's tables", paper_blocks(measured)),
        Section("How this was measured", _conditions(results)),
    ]
    settings = results.settings
    title = f"{settings.variant or 'A network'} on {named_data(results.settings)}"
    subtitle = f"{results.scored} of {results.frames} frames scored"
    subtitle += f", checkpoint {settings.checkpoint}" if settings.checkpoint else ""
    return Document(title, subtitle, tuple(sections))


def _overall(results: Results, against: OtherRun | None) -> tuple[Block, ...]:
    tiles = []
    for key, name in _MEANS:
        value = getattr(results.scores, key)
        other = None if against is None else getattr(against.results.scores, key)
        tiles.append((name, _percent(value), _difference(change(value, other))))
    blocks: list[Block] = [Tiles(tuple(tiles))]
    if results.stopped is not None:
        blocks.append(
            Text(
                f"The evaluation stopped at frame {results.stopped.frame}: the scores are those of "
                f"the {results.scored} frames before it."
            )
        )
    if against is not None:
        blocks += [Text(said) for said in _compared(results, against)]
    return tuple(blocks)


def _compared(results: Results, against: OtherRun) -> list[str]:
    """What the changes are against, and whether the two runs can be compared."""
    other = against.results
    network = f"{other.settings.variant} on {named_data(other.settings)}"
    said = [f"Changes are against {against.name}: {network}."]
    differ = [
        name
        for name, ours, theirs in (
            ("data", named_data(results.settings), named_data(other.settings)),
            ("number of frames", results.scored, other.scored),
            ("classes", list(results.scores.iou), list(other.scores.iou)),
            ("scales", results.settings.scales, other.settings.scales),
            ("what a scale is made of", *_both_scaled(results.settings, other.settings)),
            ("mirroring", results.settings.flip, other.settings.flip),
            ("switches", results.settings.switches, other.settings.switches),
            ("edits", results.settings.edits, other.settings.edits),
            ("input size", results.settings.size, other.settings.size),
        )
        if ours != theirs
    ]
    if differ:
        said.append(f"The two runs differ in {', '.join(differ)}.")
    return said


def _more(results: Results) -> tuple[Block, ...]:
    """What was counted beside the confusion matrix."""
    more = results.more
    if not more:
        return (Text("It was not counted: the evaluation was taken up from an older version's."),)
    edges = more["boundary_iou"]
    width = edges["d_px"]
    tiles = (
        ("Expected calibration error", _percent(more["ece"]), f"{CONFIDENCE_BINS} bins"),
        ("Best temperature", _decimal(more["temperature"]), "divides the logits"),
        ("Boundary IoU", _percent(edges["all"]), f"within {_decimal(width, 0)} px"),
        ("at occlusions", _percent(edges["occlusion"]), "depth steps across them"),
        ("flush", _percent(edges["flush"]), "on one surface"),
    )
    rows = tuple(
        (
            depth_range_name(one),
            f"{one['pixels']:,}",
            *(_percent(one[name]) for name in ("acc", "macc", "miou")),
        )
        for one in more["by_depth"]
        if one["pixels"]
    )
    header = ("depth", "pixels", "accuracy", "mean accuracy", "mean IoU")
    return Tiles(tiles), Table(header, rows, caption="By depth")


def _decimal(value: float | None, digits: int = 2) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _left_out(scores: ScoreValues) -> tuple[Block, ...]:
    reasons = (
        (
            "mean IoU",
            scores.left_out_of_miou,
            "in neither truth nor prediction, so they have no IoU",
        ),
        (
            "mean accuracy",
            scores.left_out_of_macc,
            "absent from the truth, so no pixel of them could be found",
        ),
    )
    return tuple(
        Text(
            f"Left out of the {mean}: {', '.join(names)} ({reason})."
            if names
            else f"No class is left out of the {mean}."
        )
        for mean, names, reason in reasons
    )


def _classes(results: Results, against: OtherRun | None) -> tuple[Block, ...]:
    iou = results.scores.iou
    other = None if against is None else against.results.scores.iou
    caption = "" if against is None else f"Orange ticks: {against.name}."
    plot = Plot("classes", class_plot(iou, other, against.name if against else ""), caption)
    header = ["class", "IoU, %"]
    header += [] if other is None else ["against, %", "change, points"]
    header += [] if results.matrix is None else ["share of the truth, %"]
    shares = (
        None if results.matrix is None else results.matrix.sum(1) / max(results.matrix.sum(), 1)
    )
    rows = []
    for index, (name, value) in enumerate(iou.items()):
        row = [name, _points(value)]
        if other is not None:
            moved = change(value, other.get(name))
            row += [_points(other.get(name)), NONE if moved is None else signed(moved)]
        if shares is not None:
            row.append(f"{100 * shares[index]:.2f}")
        rows.append(tuple(row))
    return plot, Table(tuple(header), tuple(rows), folded="The same in numbers")


def _confusion(results: Results) -> tuple[Block, ...]:
    if results.matrix is None:
        return (Text("The confusion matrix was not kept: evaluate --report keeps it."),)
    names = tuple(results.scores.iou)
    rows = tuple(
        (pair.truth, pair.predicted, f"{100 * pair.share:.1f}", f"{pair.pixels:,}")
        for pair in largest_confusions(results.matrix, names)
    )
    return (
        Plot(
            "confusion",
            matrix_plot(results.matrix, names),
            "Rows: truth. Columns: prediction. The stronger the colour, the larger the share of "
            "the row (as its square root): blue for right, orange for wrong.",
        ),
        Table(
            ("truth", "predicted as", "share of the class, %", "pixels"),
            rows,
            left=2,
            caption="Largest confusions",
        ),
    )


def _examples(examples: Sequence[Example]) -> tuple[Block, ...]:
    if not examples:
        return (
            Text("There are no pictures: evaluate --report draws them, as many as --worst says."),
        )
    colours = dict(entry for example in examples for entry in example.colours)
    return (
        Text("The frames with the lowest mean IoU, lowest first."),
        Gallery(
            header_of(examples), tuple((one.title, one.images) for one in examples if one.images)
        ),
        *(Text(one.title) for one in examples if not one.images),
        Swatches(tuple(colours.items())),
    )


def _fields(sheets: Sequence[FieldSheet]) -> tuple[Block, ...]:
    if not sheets:
        return (Text("There are none: evaluate --report draws them where a network has taps."),)
    blocks: list[Block] = [
        Text(
            "For each layer the sum of its offsets' lengths, brighter = larger, from the least to "
            "the largest of the frame; a constant map is mid-grey. Dots are the taps of the marked "
            "pixels, larger where the layer weighs them more. Cells are of the layer's input grid. "
            "Then, for the first pixel, where it could look, what it responded to and whether "
            "colour or depth decided, each with how far off its own check was."
        )
    ]
    for sheet in sheets:
        if not sheet.images:
            blocks.append(Text(sheet.title))
            continue
        blocks += [Gallery((), ((sheet.title, sheet.images),)), Table(sheet.header, sheet.rows)]
    return tuple(blocks)


def _bad(results: Results) -> tuple[Block, ...]:
    if results.stopped is None and not results.skipped:
        return (Text("None: every frame could be read and has usable labels."), *_remarks(results))
    bad = [(one, "skipped") for one in results.skipped]
    bad += [(results.stopped, "stopped the evaluation")] if results.stopped else []
    stopped = "; 1 stopped the evaluation" if results.stopped else ""
    blocks: list[Block] = [Text(f"{len(results.skipped)} of {results.frames} skipped{stopped}.")]
    blocks.append(_bad_table(bad[-MOST_SHOWN:]))
    if len(bad) > MOST_SHOWN:
        blocks.append(Text(f"The last {MOST_SHOWN} of {len(bad)} are shown; results.json has all."))
    return (*blocks, *_remarks(results))


def _remarks(results: Results) -> tuple[Block, ...]:
    """On frames that were scored."""
    remarks = results.remarks
    if not remarks:
        return ()
    rows = tuple((one.frame, one.text) for one in remarks[:MOST_SHOWN])
    caption = f"Remarks on frames that were scored: {len(remarks)}"
    caption += f", the first {MOST_SHOWN}" if len(remarks) > MOST_SHOWN else ""
    return (Table(("frame", "remark"), rows, left=2, caption=caption),)


def _bad_table(bad: list[tuple[Skipped, str]]) -> Table:
    rows = tuple((one.frame, what, one.reason) for one, what in bad)
    return Table(("frame", "was", "because"), rows, left=3)


def _conditions(results: Results) -> tuple[Block, ...]:
    settings = results.settings
    size = "each picture's own" if settings.size is None else "{}x{}".format(*settings.size)
    count = None if settings.parameters is None else f"{settings.parameters:,}"
    rows = [
        ("data", named_data(results.settings)),
        ("scenes", f"{settings.count} from seed {settings.seed}" if settings.rendered else None),
        ("classes", f"{settings.scheme} ({len(results.scores.iou)})"),
        ("variant", settings.variant),
        ("parameters", count),
        ("checkpoint", settings.checkpoint),
        ("SHA-256 of it", settings.sha256),
        ("input, height x width", size),
        ("scales", ", ".join(f"{scale:g}" for scale in settings.scales)),
        ("scales are made of", _scaled(settings)),
        ("mirrored too", "yes" if settings.flip else "no"),
        ("switches", ", ".join(settings.switches) or None),
        ("edits of the depth", ", ".join(settings.edits) or None),
        ("precision", settings.precision),
        ("device", settings.device),
        ("processes", str(settings.processes)),
        ("on a bad frame", settings.on_error),
        ("taken from an earlier run", f"{results.resumed} frames" if results.resumed else None),
        *results.machine.items(),
    ]
    return (
        Table(("", ""), tuple((name, text) for name, text in rows if text), left=2),
        *(Text(note) for note in results.notes),
        Text(
            "All scores come from one integer confusion matrix over all pixels; pixels without a "
            "class (void) are ignored. Predictions are compared at the pictures' own size."
        ),
    )


def _scaled(settings: Settings) -> str | None:
    """None where there is one scale, the network's own."""
    if settings.scales == (1.0,):
        return None
    made = {"input": "the network's input, zoomed as the authors do", "frame": "the frame itself"}
    return made[settings.rescale]


def _both_scaled(ours: Settings, theirs: Settings) -> tuple[str | None, str | None]:
    """Alike where one of them has a single scale: the difference in scales is said already."""
    made = _scaled(ours), _scaled(theirs)
    return made if None not in made else (None, None)


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.1%}"


def _points(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.1f}"


def _difference(value: float | None) -> str:
    return "" if value is None else f"{signed(value)} points"
