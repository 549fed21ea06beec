"""The measurements as Markdown: what they were made on, one table, what the columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .rows import Row
from .scene_speed import SceneSpeed

_HEADER = [
    *("variant", "size", "batch", "dtype", "implementation", "ms", "middle half", "with labels"),
    *("fps", "× baseline", "stock fp32 ÷", "MB", "GFLOP", "of peak"),
]
_Medians = dict[tuple[tuple[str, int, int, int], str, str], float | None]
_NUMBERS_FROM = 5  # columns aligned to the right
_NOTES = """\
`ms`: median of one synchronised pass from tensors on the device to logits, implementations in \
turns; `middle half`: its quartiles. `with labels`: the same with upsampling and the classes, as \
the program computes them (`stock`: by PyTorch's functions). \
`× baseline`: time over that of the plain network in the same dtype. `stock fp32 ÷`: how many \
times faster than PyTorch's own operators in fp32. `MB`: memory added at the peak. `of peak`: \
share of the fastest matrix product or 3x3 convolution measured in that dtype."""

_SCENES_HEADER = (
    "scenes of",
    "size",
    "median ms",
    "frames/s",
    "rendered",
    "workers",
    "streamed frames/s",
)
_SCENES_NOTES = """\
`median ms`, `frames/s`: one process. `streamed frames/s`: that many worker processes, each scene \
rendered, cropped and handed to the trainer, which only waits for it."""


def markdown(
    machine: Mapping[str, str], rows: Sequence[Row], peaks: Mapping[str, float | None]
) -> str:
    """The networks' part, ending in a newline."""
    lines = [f"- {name}: {what}" for name, what in machine.items()]
    lines += [
        f"- fastest {dtype}: {'not available' if peak is None else f'{peak:,.0f} GFLOP/s'}"
        for dtype, peak in peaks.items()
    ]
    medians = _medians(rows)
    table = _table(_HEADER, [_cells(row, medians) for row in rows])
    return "\n".join([*lines, "", *table, "", _NOTES]) + "\n"


def scenes_markdown(machine: Mapping[str, str], speeds: Sequence[SceneSpeed]) -> str:
    """The rendered scenes' part, ending in a newline."""
    cells = [
        (
            one.profile,
            f"{one.height}x{one.width}",
            f"{one.median_ms:.0f}",
            f"{one.frames_per_second:.2f}",
            str(one.scenes),
            str(one.workers),
            f"{one.streamed_per_second:.2f}",
        )
        for one in speeds
    ]
    lines = [f"- {name}: {what}" for name, what in machine.items()]
    table = _table(_SCENES_HEADER, cells, 2)
    return "\n".join([*lines, "", *table, "", _SCENES_NOTES]) + "\n"


def _medians(rows: Iterable[Row]) -> _Medians:
    """By group, implementation and dtype: what other rows are compared with."""
    return {(row.case.group, row.case.label, row.case.dtype): row.median_ms for row in rows}


def _cells(row: Row, medians: _Medians) -> tuple[str, ...]:
    case = row.case
    named = (case.config.variant, f"{case.height}x{case.width}", str(case.batch), case.dtype)
    if row.error is not None or row.median_ms is None:
        return (*named, case.label, row.error or "-", *[""] * 8)
    low, high = row.quartiles_ms or (row.median_ms, row.median_ms)
    return (
        *named,
        case.label,
        _milliseconds(row.median_ms),
        f"{_milliseconds(low)}-{_milliseconds(high)}",
        _milliseconds(row.with_labels_ms),
        f"{case.batch / row.median_ms * 1e3:.1f}",
        _ratio(row.median_ms, medians.get((case.group, "baseline", case.dtype))),
        _ratio(medians.get((case.group, "stock", "fp32")), row.median_ms),
        "-" if row.peak_mb is None else f"{row.peak_mb:,.0f}",
        "-" if row.gflops is None else f"{row.gflops:,.1f}",
        "-" if row.share_of_peak is None else f"{row.share_of_peak:.0%}",
    )


def _table(
    header: Sequence[str], rows: Iterable[Sequence[str]], left: int = _NUMBERS_FROM
) -> list[str]:
    rule = ["---" if column < left else "---:" for column in range(len(header))]
    return [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]


def _milliseconds(value: float | None) -> str:
    """Three digits that mean something."""
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(above: float | None, below: float | None) -> str:
    return "-" if above is None or not below else f"{above / below:.2f}"
