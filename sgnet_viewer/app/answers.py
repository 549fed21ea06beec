"""What is asked about the network's answer: probes, their checks, inspections, the merged cloud."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer

from sgnet_viewer.controllers.explain import ExplainController
from sgnet_viewer.controllers.merging import MergingController
from sgnet_viewer.controllers.navigation import Navigation
from sgnet_viewer.controllers.probe import ProbeController
from sgnet_viewer.controllers.self_checks import SelfCheckController
from sgnet_viewer.workers.explaining import Explainer
from sgnet_viewer.workers.inference import segmenter
from sgnet_viewer.workers.self_checking import SelfChecker

from .core import Core
from .frames import FrameControllers


@dataclass(frozen=True, slots=True)
class AnswerControllers:
    """`checks`: whether a probe says what the network did. `navigation`: to other frames."""

    explain: ExplainController
    checks: SelfCheckController
    probe: ProbeController
    merging: MergingController
    navigation: Navigation


def make_answers(core: Core, frames: FrameControllers, rest: QTimer) -> AnswerControllers:
    """`rest`: goes off when the window has rested."""
    explain = _explain(core)
    checks = _checks(core, rest)
    probe = ProbeController(
        core.window, core.session, core.view, core.probes, core.notices, core.pool.probes
    )
    navigation = Navigation(core.session, core.probes, frames.opening.show)
    return AnswerControllers(explain, checks, probe, _merging(core, navigation), navigation)


def _explain(core: Core) -> ExplainController:
    return ExplainController(
        core.window,
        core.session,
        core.view,
        core.probes,
        core.notices,
        core.pool.explain,
        Explainer(core.networks).run,
        core.activity,
        core.pool.export,
    )


def _checks(core: Core, rest: QTimer) -> SelfCheckController:
    checks = SelfCheckController(
        core.session,
        core.probes,
        core.notices,
        core.pool.checks,
        SelfChecker(core.networks).run,
        lambda: rest.start(),
    )
    rest.timeout.connect(checks.ask)
    return checks


def _merging(core: Core, navigation: Navigation) -> MergingController:
    merging = MergingController(
        core.session,
        core.view,
        core.notices,
        core.pool.merging,
        partial(segmenter, core.networks),
        navigation,
    )
    core.window.cloud.pixel_picked.connect(merging.pick)
    return merging
