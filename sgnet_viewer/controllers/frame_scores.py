"""Scores beside the frames: those of an evaluation's file, and of what the window computed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.state.frame_rows import FrameRows, RowScore
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.frame_facts import find_scores, read_scores
from sgnet_viewer.workers.scoring import own_score

from .runner import Runner

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet

FILES = "Scores of an evaluation (*.json)"


class ScoresController:
    """Reads scores when a set is opened, or a file is chosen. `named`: from the command line."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        rows: FrameRows,
        notices: Notices,
        reader: Runner,
        grader: Runner,
        named: Path | None = None,
    ) -> None:
        self._window = window
        self._session = session
        self._rows = rows
        self._notices = notices
        self._reader = reader
        self._grader = grader
        self._named = named  # for the first set that is opened
        rows.replaced.connect(self._look)
        session.result_changed.connect(self._grade_own)
        session.choice_changed.connect(rows.forget_own)
        window.frames.scores_requested.connect(self.ask)

    def _look(self) -> None:
        """Another set: the file that was named, else one found beside it."""
        self._reader.cancel()
        frames, paths = self._session.frames, self._session.target.paths
        if frames is None or not self._rows.rows:
            return
        named, self._named = self._named, None
        if named is not None:
            self._read(frames, named)
        elif paths:
            work = partial(find_scores, frames, Path(paths[0]))
            self._reader.submit(work, partial(self._show_found, self._rows.number), lambda _: None)

    def ask(self) -> None:
        """Ask for an evaluation's file, and read it."""
        path = self._window.ask_file("Open the scores of an evaluation", FILES)
        frames = self._session.frames
        if path and frames is not None:
            self._read(frames, Path(path))

    def _read(self, frames: FrameSet, path: Path) -> None:
        work = partial(read_scores, frames, path)
        fail = partial(self._notices.fail, doing="reading the scores", subject=Subject.SET)
        self._reader.submit(work, partial(self._show, self._rows.number, path), fail)

    def _show(self, number: int, path: Path, scores: dict[int, RowScore]) -> None:
        if number != self._rows.number:
            return
        self._rows.grade(scores)
        count = len(self._rows.rows)
        self._notices.tell(
            f"{path.name} has scores of {len(scores)} of the {count} frames.", subject=Subject.SET
        )

    def _show_found(self, number: int, found: tuple[Path, dict[int, RowScore]] | None) -> None:
        if found is not None:
            self._show(number, *found)

    def _grade_own(self) -> None:
        result = self._session.result
        if result is None or result.frame.labels is None or self._session.streaming:
            return
        if result.edits:
            return  # of an edited frame it would be no score of the set's
        show = partial(self._show_own, self._rows.number, self._session.index)
        fail = partial(self._notices.fail, doing="scoring the frame", subject=Subject.FRAME)
        self._grader.submit(partial(own_score, result), show, fail)

    def _show_own(self, number: int, index: int, score: RowScore | None) -> None:
        if score is not None and number == self._rows.number:
            self._rows.grade_own(index, score)
