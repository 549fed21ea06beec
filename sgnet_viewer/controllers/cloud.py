"""What the cloud's renderer says of itself."""

from __future__ import annotations

from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.view import ViewState


class CloudController:
    """A lost renderer is a notice, until it is back; the box is the user's."""

    def __init__(self, window: WindowView, notices: Notices, view: ViewState) -> None:
        self._notices = notices
        self._loss = ""  # what was said of a lost renderer
        window.cloud.notice.connect(notices.tell)
        window.cloud.failed.connect(self._report_loss)
        window.cloud.box_changed.connect(lambda box: view.change(cloud_box=box))
        window.cloud.ready.connect(lambda: notices.withdraw(self._loss))

    def _report_loss(self, sentence: str, details: str) -> None:
        self._loss = sentence
        self._notices.fail(UserError(sentence, details))
