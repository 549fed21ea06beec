"""Reports to the strip and out of it, activity to the progress line."""

from __future__ import annotations

from functools import partial

from sgnet_viewer.contract.window import Notice, Severity, WindowView
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.notices import Notices, Report, Subject
from sgnet_viewer.state.session import Session


class NoticeController:
    """Shows what the notice centre gets, as long as its subject is there, and what is under way.

    Made before the other controllers: what they say of a new frame comes after it.
    """

    def __init__(
        self, window: WindowView, notices: Notices, activity: Activity, session: Session
    ) -> None:
        self._window = window
        self._activity = activity
        notices.added.connect(self._show)
        notices.withdrawn.connect(window.notices.withdraw)
        activity.changed.connect(self._show_activity)
        of_frame = (Subject.FRAME, Subject.OPENING, Subject.REFUSED)
        session.frames_changed.connect(partial(notices.forget, Subject.SET, *of_frame))
        session.frame_changed.connect(partial(notices.forget, *of_frame))
        session.streamed.connect(partial(notices.forget, Subject.OPENING))
        of_choice = (Subject.NETWORK, Subject.REFUSED)
        session.choice_changed.connect(partial(notices.forget, *of_choice))

    def _show(self, report: Report) -> None:
        severity = Severity(report.level)
        self._window.notices.show_notice(
            Notice(report.text, severity, report.details, report.action, report.key, report.choices)
        )

    def _show_activity(self) -> None:
        step = self._activity.current
        if step is None:
            self._window.set_idle()
        else:
            self._window.set_busy(step.text, step.fraction)
