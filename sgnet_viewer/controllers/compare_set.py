"""Two answers to every frame of the open set: how much they disagree, in the list of frames."""

from __future__ import annotations

from functools import partial

from sgnet_model.types import UserError
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.comparing import SetRequest, compare_frames
from sgnet_viewer.workers.inference import LoadSegmenter

from .compare import CompareController
from .runner import Post, Runner


class CompareSetController:
    """Fills the column of disagreement: of the frame that is shown, and of all when asked to."""

    def __init__(
        self,
        session: Session,
        other: OtherAnswer,
        shown: CompareController,
        rows: FrameRows,
        notices: Notices,
        runner: Runner,
        post: Post,
        load: LoadSegmenter,
    ) -> None:
        self._session = session
        self._other = other
        self._shown = shown
        self._rows = rows
        self._notices = notices
        self._runner = runner
        self._post = post
        self._load = load
        self._number = 0  # of the comparison: what came of an earlier one is stale
        shown.shown.connect(self._note_shown)
        session.document.changed.connect(self._follow)
        session.frames_changed.connect(self._forget)
        session.reread.connect(self._forget)

    def compare_all(self) -> None:
        """Every frame of the set, in the worker."""
        frames, b = self._session.frames, self._other.comparing.network
        if frames is None or b is None:
            self._notices.fail(UserError("Open a set of frames and choose a second answer first."))
            return
        request = SetRequest(frames, self._session.choice, b)
        work = partial(compare_frames, request, self._load, partial(self._deliver, self._number))
        self._runner.submit(work, self._tell, partial(self._notices.fail, doing="comparing"))

    def _deliver(self, number: int, index: int, share: float) -> None:
        """From the worker's thread."""

        def note() -> None:
            if number == self._number:
                self._rows.differ(index, share)

        self._post(note)

    def _note_shown(self) -> None:
        """What is on the screen is known at once; where it is edited it is another question."""
        found, session = self._shown.found, self._session
        if found is None or self._other.comparing.network is None or session.frames is None:
            return
        if not found.a.edits and not found.b.edits:
            self._rows.differ(session.index, found.disagreement)

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if (old.network, old.comparing.network) != (new.network, new.comparing.network):
            self._forget()

    def _forget(self) -> None:
        """Another A or B: what the last ones disagreed in says nothing of them."""
        self._number += 1
        self._runner.cancel()
        self._rows.forget_differences()

    def _tell(self, count: int) -> None:
        self._notices.tell(f"{count} frames are compared: the list can be sorted by disagreement.")
