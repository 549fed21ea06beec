"""Every frame of the open set segmented and held against its ground truth, from the window."""

from __future__ import annotations

from functools import partial

from sgnet_viewer.state.frame_rows import FrameRows, RowScore
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import LoadSegmenter
from sgnet_viewer.workers.scoring import SetScore, score_set

from .runner import Post, Runner


class ScoreSetController:
    """A worker goes through the set; the list shows each score as it comes. Cancel keeps those
    that are there, and asked again it goes on after them."""

    def __init__(
        self,
        session: Session,
        rows: FrameRows,
        notices: Notices,
        runner: Runner,
        load: LoadSegmenter,
        post: Post,
    ) -> None:
        self._session = session
        self._rows = rows
        self._notices = notices
        self._runner = runner
        self._load = load
        self._post = post
        self._known: SetScore | None = None
        session.choice_changed.connect(self._forget)

    def _forget(self) -> None:
        """Another network: the scores of the last one say nothing of it."""
        self._runner.cancel()
        self._known = None

    def score(self) -> None:
        """Score what is not scored yet."""
        frames, choice = self._session.frames, self._session.choice
        if frames is None:
            return
        known = self._known
        if known is None or known.frames is not frames or known.choice != choice:
            self._known = known = SetScore(frames, choice, set())
        deliver = partial(self._deliver, known, self._rows.number)
        work = partial(score_set, known, self._load, deliver)
        self._runner.submit(work, self._finish, self._fail)

    def _deliver(self, known: SetScore, number: int, index: int, score: RowScore) -> None:
        """From the worker's thread."""
        self._post(partial(self._show, known, number, index, score))

    def _show(self, known: SetScore, number: int, index: int, score: RowScore) -> None:
        if known is self._known and number == self._rows.number:
            self._rows.grade_own(index, score)

    def _finish(self, text: str) -> None:
        self._notices.tell(text, subject=Subject.SET)

    def _fail(self, error: Exception) -> None:
        self._notices.fail(error, doing="scoring the frames", subject=Subject.SET)
