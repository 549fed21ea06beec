"""The panel of a comparison, from what is compared and what was found."""

from __future__ import annotations

from sgnet_viewer.contract.compare import OF_CHOSEN, OF_EDIT, CompareModel
from sgnet_viewer.render.comparison import Compared
from sgnet_viewer.render.question_names import names_of
from sgnet_viewer.state.comparing import CompareMap
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.comparing import Drawn

EMPTY = (
    "Choose a second answer, B, in the menu: another checkpoint, precision or switches, or the "
    "answer that is shown now. An edit of depth is compared with the depth as it was read."
)
WAITING = "B is being asked…"
CANCELLED = "Cancelled. B is asked again with the next change."
NO_DEPTH = "This frame has no usable depth."
FREEZE = "Frames stream in: freeze one to compare."


def panel_of(
    session: Session, other: OtherAnswer, drawn: Drawn | None, cancelled: bool
) -> CompareModel:
    """`drawn`: the comparison, once it is there; `cancelled`: the user gave up asking B."""
    comparing, question, own = other.comparing, other.question, session.question
    chosen = comparing.network is not None
    if question is None or own is None:
        return CompareModel(sentence=missing(session), chosen=chosen)
    a, b = names_of(own, question)
    if drawn is None:
        sentence = CANCELLED if cancelled else WAITING
        return CompareModel(a, b, sentence, chosen, comparing.layout, comparing.shown_map)
    return CompareModel(
        a,
        b,
        drawn.problem,
        chosen,
        comparing.layout,
        comparing.shown_map,
        maps_of(drawn.found),
        drawn.facts,
        drawn.probes,
        OF_CHOSEN if chosen else OF_EDIT,
    )


def maps_of(found: Compared | None) -> frozenset[CompareMap]:
    """Those that can be laid over the picture."""
    maps = {CompareMap.NONE}
    if found is not None:
        maps |= {CompareMap.DISAGREEMENT, CompareMap.DIVERGENCE}
        maps |= {CompareMap.RIGHT} if found.four is not None else set()
    return frozenset(maps)


def missing(session: Session) -> str:
    """Why there is nothing to compare."""
    if session.streaming:
        return FREEZE
    frame = session.frame
    return NO_DEPTH if frame is not None and frame.depth_m is None else EMPTY
