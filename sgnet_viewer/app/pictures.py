"""What is drawn: the screen, the picture's modes and marks, the cloud."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_viewer.controllers.cloud import CloudController
from sgnet_viewer.controllers.picture import PictureController
from sgnet_viewer.controllers.screen import DrawingRunners, Screen

from .answers import AnswerControllers
from .comparing import CompareControllers
from .core import Core
from .findings import LatestFindings


@dataclass(frozen=True, slots=True)
class PictureControllers:
    """`screen` draws what is to be shown, `findings` among it."""

    screen: Screen
    picture: PictureController
    cloud: CloudController
    findings: LatestFindings


def make_pictures(
    core: Core, answers: AnswerControllers, comparing: CompareControllers
) -> PictureControllers:
    """Whatever is found out about the answer is drawn at once."""
    pool = core.pool
    findings = LatestFindings(core.probes, answers, comparing)
    runners = DrawingRunners(pool.picture, pool.legend, pool.strip, pool.cloud)
    screen = Screen(core.window, core.session, core.notices, runners, findings)
    for changed in (
        answers.explain.shown,
        comparing.compare.shown,
        answers.probe.read_changed,
        answers.checks.changed,
        answers.merging.changed,
    ):
        changed.connect(screen.follow)
    picture = PictureController(core.window, core.session, core.view, screen)
    cloud = CloudController(core.window, core.notices, core.view)
    return PictureControllers(screen, picture, cloud, findings)
