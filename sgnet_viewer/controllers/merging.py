"""Several frames of a sequence with poses in one cloud: which, and when they are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sgnet_viewer.render.cloud_merged import Merged, place_of
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudColour, ViewSettings
from sgnet_viewer.workers.inference import LoadSegmenter
from sgnet_viewer.workers.merging import NO_POSES, merge

from .navigation import Navigation
from .runner import Runner

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet

OF_CLASSES = (CloudColour.LABELS, CloudColour.CONFIDENCE)


class MergingController:
    """`merged`: what shares the cloud now, None for the frame alone. `changed`: it is another."""

    def __init__(
        self,
        session: Session,
        view: ViewState,
        notices: Notices,
        runner: Runner,
        load: LoadSegmenter,
        navigation: Navigation,
    ) -> None:
        self.changed: Event[[]] = Event()
        self.merged: Merged | None = None
        self.count = 1  # of frames that were asked for, once they are there
        self._wanted = 1
        self._session = session
        self._view = view
        self._notices = notices
        self._runner = runner
        self._load = load
        self._navigation = navigation
        # Set, network and scene of `merged`: the poses of two scenes have nothing in common.
        self._asked: tuple[FrameSet, NetworkChoice, str] | None = None
        session.frame_changed.connect(self._follow)
        session.choice_changed.connect(self._follow)
        session.frames_changed.connect(self._forget)
        view.changed.connect(self._follow_settings)

    def choose(self, count: int) -> None:
        """`count` frames of the scene share the cloud; 1 is the frame alone."""
        self._wanted = count
        if count == 1:
            self._forget()
        else:
            self._start()

    def pick(self, source_index: int) -> None:
        """A point was clicked: one of another frame opens that frame, with a probe there."""
        place = place_of(source_index)
        if place is not None and self.merged is not None:
            self._navigation.go(place[0], self.merged.pixel_of(*place))
        elif place is None:
            self._navigation.forget()  # a point of the frame that is shown: a probe goes there

    def refusal(self) -> str:
        """Why frames cannot be merged here; "" where they can."""
        frames, frame = self._session.frames, self._session.frame
        if frames is None or frame is None or len(frames) < 2:
            return "Frames of one sequence can be merged: open a set of several."
        return "" if frame.pose is not None else NO_POSES

    def _start(self) -> None:
        frames, session = self._session.frames, self._session
        if frames is None:
            return
        self._asked = frames, session.choice, frames.scene(session.index)
        classes = self._view.settings.cloud_colour in OF_CLASSES
        choice, index, count = session.choice, session.index, self._wanted

        def work(task: Task) -> Merged:
            predict = self._load(choice, task).predict if classes else None
            return merge(frames, index, count, predict, task)

        self._runner.submit(work, self._put, self._fail)

    def _put(self, merged: Merged | None) -> None:
        self.count = 1 if merged is None else self._wanted
        if merged is not self.merged:
            self.merged = merged
            self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.give_up()
        self._notices.fail(error, doing="merging frames")

    def give_up(self) -> None:
        """What was being merged was cancelled; what is merged stays."""
        if self.merged is None:
            self._asked = None

    def _follow(self) -> None:
        """Merged anew: frames that are read otherwise now, or seen by another network, or of
        another scene."""
        session = self._session
        if self._asked is None or session.frames is None:
            return
        frames, choice, scene = self._asked
        is_scene = scene == session.frames.scene(session.index)
        if frames is session.frames and choice == session.choice and is_scene:
            return
        self._runner.cancel()
        self._put(None)
        self._start()

    def _forget(self) -> None:
        self._runner.cancel()
        self._asked = None
        self._put(None)

    def _follow_settings(self, old: ViewSettings, new: ViewSettings) -> None:
        """Frames that were merged for their colours need the network for their classes."""
        asked = new.cloud_colour in OF_CLASSES and old.cloud_colour not in OF_CLASSES
        if asked and self.merged is not None and not self.merged.has_classes:
            self._start()
