"""The second answer, B, of one frame and of a whole set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sgnet_viewer.controllers.compare import CompareController
from sgnet_viewer.controllers.compare_actions import CompareActions
from sgnet_viewer.controllers.compare_set import CompareSetController
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.workers.inference import InferenceEngine, segmenter

from .core import Core


@dataclass(frozen=True, slots=True)
class CompareControllers:
    """`compare`: of the frame that is shown; `actions`: what commands ask of both."""

    compare: CompareController
    actions: CompareActions


def make_comparing(core: Core, ask_again: Callable[[], object]) -> CompareControllers:
    """B has an engine of its own: A's serves one thread. `ask_again`: has A asked."""
    session, pool = core.session, core.pool
    other = OtherAnswer(session)
    compare = CompareController(
        core.window,
        session,
        other,
        core.notices,
        pool.other,
        pool.compare,
        InferenceEngine(core.networks).run,
        ask_again,
    )
    compare_set = CompareSetController(
        session,
        other,
        compare,
        core.rows,
        core.notices,
        pool.compare_set,
        core.post,
        partial(segmenter, core.networks),
    )
    actions = CompareActions(core.window, session, other, compare_set.compare_all)
    return CompareControllers(compare, actions)
