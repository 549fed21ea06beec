"""What the controllers have found out about the answer that is shown."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.state.live_samples import Steadiness
from sgnet_viewer.state.probes import Probes

from .answers import AnswerControllers
from .comparing import CompareControllers


class LatestFindings:
    """Called, it gathers those of this moment. `steadiness`: of the probes, by pixel; set once
    there are streams."""

    def __init__(
        self, probes: Probes, answers: AnswerControllers, comparing: CompareControllers
    ) -> None:
        self.steadiness: Callable[[], dict[Pixel, Steadiness]] = dict
        self._probes = probes
        self._answers = answers
        self._compare = comparing.compare

    def __call__(self) -> Findings:
        answers, compare = self._answers, self._compare
        overlays = (answers.explain.overlay, compare.overlay)
        places = [(point.u, point.v) for point in self._probes.points]
        return Findings(
            answers.probe.findings(),
            tuple(overlay for overlay in overlays if overlay is not None),
            {place: answers.checks.badge(*place) for place in places},
            answers.explain.taps,
            self.steadiness(),
            answers.merging.merged,
            compare.picture,
            compare.prediction,
        )
