"""The kinds of live sources there are: the built-in ones and those of other packages.

A kind's module is imported when the kinds are listed, its SDK only when it is asked to find or to
open something.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sgnet_model.types import UserError

from .protocol import CameraKind, Found

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "sgnet_viewer.cameras"
FIND_TIMEOUT_S = 3.0
_LOG = logging.getLogger(__name__)
BUILT_IN = {  # by name, where each is below this package
    "realsense": "realsense.realsense_kind:RealSenseKind",
    "oak": "oak:OakKind",
    "iphone": "iphone:IPhoneKind",
    "webcam": "webcam.webcam_kind:WebcamKind",
    "webcam+depth": "rig.rig_kind:WebcamDepthKind",
    "video": "replay.video_camera:VideoKind",
    "replay": "replay.replay_camera:ReplayKind",
    "virtual": "virtual.virtual_camera:VirtualKind",
}


def installed_plug_ins() -> frozenset[str]:
    """Names of the kinds that other packages bring; none of them is imported."""
    return frozenset(point.name for point in _brought()) - BUILT_IN.keys()


def built_in() -> tuple[EntryPoint, ...]:
    """The kinds of this package."""
    from importlib.metadata import EntryPoint

    return tuple(EntryPoint(name, f"{GROUP}.{place}", GROUP) for name, place in BUILT_IN.items())


def _brought() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # here: the window's start does without

    return entry_points(group=GROUP)


@dataclass(frozen=True, slots=True)
class KindReport:
    """What a chooser shows of one kind. `name`: for `--source`. `details`: a traceback, or "".

    `is_late`: it was not waited for any longer, and may yet answer.
    """

    name: str
    title: str
    found: Found
    details: str = ""
    is_late: bool = False


class CameraKinds:
    """All kinds, each made once. A plug-in that cannot be loaded is reported, not fatal."""

    def __init__(self, points: Iterable[EntryPoint] | None = None) -> None:
        """`points`: what to load in place of the built-in kinds and the installed plug-ins."""
        self._kinds: dict[str, CameraKind] = {}
        self._broken: list[KindReport] = []
        self._asking = threading.Lock()
        self._searches: dict[str, _Search] = {}  # the last one of each kind
        for point in (*built_in(), *_brought()) if points is None else points:
            self._load(point)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the kinds that can be asked for, the built-in ones first."""
        return tuple(self._kinds)

    def get(self, name: str) -> CameraKind | None:
        """The kind called `name`. Raises UserError where its plug-in is broken."""
        for broken in self._broken:
            if broken.name == name and name not in self._kinds:
                raise UserError(broken.found.missing, broken.details)
        return self._kinds.get(name)

    def find_all(self, timeout_s: float = FIND_TIMEOUT_S) -> tuple[KindReport, ...]:
        """Asks all kinds at once what is attached; waits `timeout_s` seconds for all together.

        Who has not answered by then is reported as such. One that is still at it, for whomever it
        was asked, is not asked again. Broken plug-ins come last. Any thread may call.
        """
        deadline = time.monotonic() + timeout_s
        searches = [(name, self._search(kind)) for name, kind in self._kinds.items()]
        reports = [
            search.report_by(deadline) or self._silent(name, timeout_s) for name, search in searches
        ]
        return (*reports, *self._broken)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Has `changed` called, in some thread, when a device is plugged in or out.

        Of the kinds whose SDK tells, and does not fail to. The returned function ends it.
        """
        stops: list[Callable[[], None]] = []
        for name, kind in self._kinds.items():
            try:
                stops += [kind.watch(changed)] if hasattr(kind, "watch") else []
            except Exception:  # a list that is asked for again is enough
                _LOG.exception("%s does not report devices that come and go.", name)

        def stop() -> None:
            for each in stops:
                each()

        return stop

    def _load(self, point: EntryPoint) -> None:
        try:
            kind: CameraKind = point.load()()
            if kind.name in self._kinds:
                raise ValueError(f"the name {kind.name!r} is taken")
            for needed in ("title", "find", "open"):
                getattr(kind, needed)
        except (Exception, SystemExit) as error:  # whatever an import may end in
            self._broken.append(_broken(point, error))
        else:
            self._kinds[kind.name] = kind

    def _search(self, kind: CameraKind) -> _Search:
        with self._asking:
            search = self._searches.get(kind.name)
            if search is None or search.is_over:
                search = self._searches[kind.name] = _Search(kind)
            return search

    def _silent(self, name: str, timeout_s: float) -> KindReport:
        title = self._kinds[name].title
        sentence = (
            f"{title} did not answer within {timeout_s:g} s: look again in a moment, or unplug it "
            "and plug it in again."
        )
        return KindReport(name, title, Found(missing=sentence), is_late=True)


class _Search:
    """A kind asked what is attached, in a thread of its own."""

    def __init__(self, kind: CameraKind) -> None:
        self._report: KindReport | None = None
        # A daemon: an SDK that hangs must not keep the program from ending.
        self._thread = threading.Thread(
            target=self._run, args=(kind,), name=f"sgnet-find-{kind.name}", daemon=True
        )
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the kind has answered."""
        return not self._thread.is_alive()

    def report_by(self, deadline: float) -> KindReport | None:
        """The answer, awaited until `time.monotonic()` is `deadline`; None without any."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return self._report

    def _run(self, kind: CameraKind) -> None:
        self._report = _asked(kind)


def _asked(kind: CameraKind) -> KindReport:
    try:
        found = kind.find()
        if not isinstance(found, Found):
            raise TypeError(f"its answer is a {type(found).__name__}, not a Found")
        return KindReport(kind.name, kind.title, found)
    except UserError as error:
        return KindReport(kind.name, kind.title, Found(missing=str(error)), error.details)
    except Exception as error:
        sentence = f"Looking for {kind.title} failed ({_reason(error)})."
        return KindReport(kind.name, kind.title, Found(missing=sentence), traceback.format_exc())


def _broken(point: EntryPoint, error: BaseException) -> KindReport:
    package = f" of {point.dist.name}" if point.dist is not None else ""
    sentence = (
        f"The camera plug-in {point.name!r}{package} cannot be loaded ({_reason(error)}): update "
        "or uninstall it."
    )
    details = "".join(traceback.format_exception(error))
    return KindReport(point.name, point.name, Found(missing=sentence), details)


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip().rstrip(".:")
