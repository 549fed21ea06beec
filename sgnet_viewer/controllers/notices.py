"""Reports to the strip, activity to the progress line."""

from __future__ import annotations

from sgnet_viewer.contract.window import Notice, Severity, WindowView
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.notices import Notices, Report


class NoticeController:
    """Shows what the notice centre gets and what is under way."""

    def __init__(self, window: WindowView, notices: Notices, activity: Activity) -> None:
        self._window = window
        self._activity = activity
        notices.added.connect(self._show)
        notices.withdrawn.connect(window.notices.withdraw)
        activity.changed.connect(self._show_activity)

    def _show(self, report: Report) -> None:
        severity = Severity(report.level)
        self._window.notices.show_notice(
            Notice(report.text, severity, report.details, report.action, report.key)
        )

    def _show_activity(self) -> None:
        step = self._activity.current
        if step is None:
            self._window.set_idle()
        else:
            self._window.set_busy(step.text, step.fraction)
