"""Which controllers there are, and which need which."""

from __future__ import annotations

from pathlib import Path

from sgnet_viewer.controllers.notices import NoticeController
from sgnet_viewer.controllers.saved_sessions import SavedSessionController
from sgnet_viewer.controllers.units import UnitsController
from sgnet_viewer.sessions.recovery import Recovery

from .answers import make_answers
from .comparing import make_comparing
from .core import Core
from .dialogs import make_dialogs
from .exports import make_exports
from .frames import make_frames
from .gestures import make_gestures
from .network import make_network
from .pictures import make_pictures
from .streams import make_streams
from .surveys import make_surveys
from .timers import Timers


class Controllers:
    """All of them, in the order they are made, which is the order in which they hear of changes.

    Each is given the core and what it needs of those before it; comparing alone asks one after it.
    """

    def __init__(self, core: Core, timers: Timers, recovery: Path | None) -> None:
        self.notices = NoticeController(core.window, core.notices, core.activity, core.session)
        self.units = UnitsController(core.window, core.session)
        self.frames = make_frames(core)
        self.answers = make_answers(core, self.frames, timers.rest)
        self.comparing = make_comparing(core, ask_again=lambda: self.network.request())
        self.pictures = make_pictures(core, self.answers, self.comparing)
        self.network = make_network(core)
        self.streams = make_streams(core, self.answers, self.pictures, self.network)
        self.gestures = make_gestures(core, self.answers, self.comparing, self.pictures)
        self.exports = make_exports(core, self.answers, self.pictures, self.gestures)
        self.sessions = SavedSessionController(
            core.window,
            core.session,
            self.frames.opening,
            core.notices,
            core.pool.sessions,
            Recovery(recovery),
        )
        self.dialogs = make_dialogs(core)
        self.surveys = make_surveys(core, self.answers)
