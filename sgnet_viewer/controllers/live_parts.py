"""What the controllers of live mode share."""

from __future__ import annotations

from dataclasses import dataclass, field

from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState

from .live_showing import Showing
from .network import NetworkController
from .probe import ProbeController
from .runner import Post
from .screen import Screen


@dataclass(frozen=True, slots=True)
class LiveParts:
    """Made once. `network`: that of still frames; `showing`: what is streamed and shown of it."""

    window: WindowView
    session: Session
    view: ViewState
    probes: Probes
    notices: Notices
    activity: Activity
    post: Post
    screen: Screen
    probe: ProbeController
    network: NetworkController
    showing: Showing = field(default_factory=Showing)
