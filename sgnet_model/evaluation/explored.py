"""An evaluation that keeps what lies behind its cells: for looking into a set."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_model.data.frames import FrameSet
from sgnet_model.progress import Progress, no_progress
from sgnet_model.types import Frame, LabelScheme, UserError

from .cells import Cells, FrameCells
from .frames import Tally, unique_names
from .multiscale import MultiScale, classifier
from .outcomes import Classified, FrameScorer


@dataclass(frozen=True, slots=True, eq=False)
class Explored:
    """`names`: of the frames by index. `tally`: what `evaluate` counts, of the same frames."""

    scheme: LabelScheme
    names: tuple[str, ...]
    tally: Tally
    cells: Cells


def explore(frames: FrameSet, voter: MultiScale, progress: Progress = no_progress) -> Explored:
    """Scores every frame with ground truth; those that cannot be scored are in the tally's
    `skipped`. UserError where not one can be scored."""
    scheme = voter.predictor.network.scheme
    count = len(scheme.classes)
    tally, cells = Tally.empty(count), Cells(count)
    classify, last = classifier(voter), dict[str, tuple[Frame, Classified]]()

    def remembered(frame: Frame) -> Classified:
        last["one"] = frame, classify(frame)
        return last["one"][1]

    scorer = FrameScorer(frames, remembered, scheme, on_error="skip")
    names = unique_names(frames)
    for index, name in enumerate(names):
        progress(index, len(names))
        outcome = scorer.outcome(index, name)
        tally.add([outcome])
        if name in tally.frames:
            cells.frames[index] = _cells(*last["one"], count)
        last.clear()
    if not tally.frames:
        first = f" The first, {tally.skipped[0].frame}: {tally.skipped[0].reason}"
        raise UserError(
            f"None of the {len(names)} frames of {frames.name} can be scored."
            f"{first if tally.skipped else ''}"
        )
    return Explored(scheme, tuple(names), tally, cells)


def _cells(frame: Frame, said: Classified, classes: int) -> FrameCells:
    assert frame.labels is not None  # it was scored
    confidence = (said.logits.amax(0) - said.logits.logsumexp(0)).exp().cpu().numpy()
    return FrameCells.of(frame.labels, said.labels, confidence, frame.depth_m, classes)
