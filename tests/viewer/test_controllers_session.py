"""Opening, stepping, and the network's answers, against stand-ins for the views."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from session_support import (
    FakeFrames,
    FakeView,
    HeldRunner,
    InlineRunner,
    make_frame,
    make_result,
    make_screen,
)

from sgnet_model.types import Origin, UserError
from sgnet_viewer.contract.window import LikelyUnit, PairChoice
from sgnet_viewer.controllers import session as session_module
from sgnet_viewer.controllers.frames import FrameListController
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.controllers.notices import NoticeController
from sgnet_viewer.controllers.session import ITS_DEPTH, SessionController
from sgnet_viewer.controllers.units import UnitsController
from sgnet_viewer.render.status import status_of
from sgnet_viewer.render.unit_names import unit_name
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.frame_rows import FrameRows, Order, Query, RowScore
from sgnet_viewer.state.notices import Notices, Report, Subject
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.frames import Opened
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest

BROKEN, GOOD = Path("broken.safetensors"), Path("good.safetensors")
TARGET = Target(("rgb.png", "depth.png"))


class Bench:
    """A session with its controllers; opening yields `frames` and is noted in `asked`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *frames: Any) -> None:
        self.frames = FakeFrames(*frames)
        self.asked: list[tuple[Target, int | None]] = []
        self.window = FakeView(parts=True)
        self.session, self.notices = Session(), Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.reader, self.network = HeldRunner(), HeldRunner()
        self.requests: list[InferenceRequest] = []
        self.loaded: list[NetworkChoice] = []
        monkeypatch.setattr(session_module, "open_and_load", self._open)
        window: Any = self.window
        self.teller = NoticeController(window, self.notices, Activity(), self.session)
        self.networks = NetworkController(
            window,
            self.session,
            self.notices,
            self.network,
            self._infer,
            self._load,
            InlineRunner(),
        )
        self.units = UnitsController(window, self.session)
        self.screen = make_screen(window, self.session)
        self.rows = FrameRows()
        self.session.frames_changed.connect(self._list)
        self.controller = SessionController(
            window, self.session, self.rows, self.notices, self.reader
        )

    def _list(self) -> None:
        self.rows.begin([frame.name for frame in self.frames.frames])

    def _open(self, target: Target, index: int | None, _: Any, name: str = "") -> Opened:  # noqa: ARG002
        self.asked.append((target, index))
        at = index or 0
        return Opened(target, self.frames, at, self.frames.load(at))

    def _infer(self, request: InferenceRequest, _: Any) -> InferenceAnswer:
        self.requests.append(request)
        return InferenceAnswer(make_result(request.frame), None)

    def _load(self, choice: NetworkChoice, _: Any) -> str | None:
        self.loaded.append(choice)
        if choice.checkpoint == BROKEN:
            raise UserError("broken.safetensors is cut off: fetch it again.")
        return "The CPU computes instead." if choice.device == "cuda" else None

    def opened(self) -> Bench:
        self.controller.open(TARGET)
        self.reader.let_go()
        return self


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch, *(make_frame(name) for name in "abc"))


def test_a_target_becomes_a_frame_and_the_frame_a_result(bench: Bench) -> None:
    bench.controller.open(TARGET)
    assert bench.session.frame is None
    bench.reader.let_go()
    assert bench.session.frame is bench.frames.frames[0]
    assert bench.session.result is None
    bench.network.let_go()
    assert bench.session.result is not None
    assert bench.requests[0].frame is bench.session.frame


def test_what_fails_to_open_is_a_notice_and_changes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.opened().network.let_go()
    shown = bench.session.result

    def refuse(*_: Any, **__: Any) -> Any:
        raise UserError("gone.png does not exist: check the name.")

    monkeypatch.setattr(session_module, "open_and_load", refuse)
    bench.controller.open(Target(("gone.png",)))
    bench.reader.let_go()
    assert bench.reports == [
        Report("gone.png does not exist: check the name.", subject=Subject.OPENING)
    ]
    assert bench.session.result is shown
    assert bench.session.target == TARGET
    withdrawn: list[str] = []
    bench.notices.withdrawn.connect(withdrawn.append)
    bench.controller.open(Target(("other.png",)))  # a new attempt: nothing is open yet
    assert withdrawn == ["gone.png does not exist: check the name."]


def test_an_empty_window_says_what_is_being_opened(bench: Bench) -> None:
    said = bench.window.picture.shown
    bench.controller.open(TARGET)
    assert said["set_message"] == ("Opening rgb.png…",)
    bench.controller.cancel()
    assert said["set_message"] == ("",)
    bench.controller.open(TARGET)
    bench.reader.let_go()
    said.clear()
    bench.controller.open(TARGET)  # a picture is there: it stays, without words over it
    assert "set_message" not in said


def test_quick_steps_add_up_and_stop_at_the_ends(bench: Bench) -> None:
    bench.opened()
    for by in (1, 1, 1):
        bench.window.frame_stepped.emit(by)
    assert len(bench.reader.waiting) == 2
    bench.reader.let_go(1)
    assert bench.session.index == 2
    bench.window.frame_stepped.emit(1)
    assert len(bench.reader.waiting) == 1


def test_steps_follow_the_list(bench: Bench) -> None:
    bench.opened()
    bench.rows.grade({0: RowScore(0.5, 0), 1: RowScore(0.9, 0), 2: RowScore(0.7, 0)})
    bench.rows.query = Query(order=Order.WORST)
    for by, expected in ((1, 2), (1, 1), (-1, 2)):
        bench.window.frame_stepped.emit(by)
        bench.reader.let_go()
        assert bench.session.index == expected
    bench.window.frame_stepped.emit(2)
    assert bench.reader.waiting == []  # beyond the end of the list
    bench.rows.query = Query("b")  # the one that is shown is not listed
    bench.window.frame_stepped.emit(-1)
    bench.reader.let_go()
    assert bench.session.index == 1


def test_a_stale_result_is_dropped(bench: Bench) -> None:
    bench.opened()
    bench.controller.show(1)
    bench.reader.let_go()
    bench.network.let_go(1)
    newest = bench.session.result
    bench.network.let_go(0)
    assert bench.session.result is newest
    assert newest is not None
    assert newest.frame.name == "b"


def test_a_stale_failure_is_dropped_too(bench: Bench) -> None:
    bench.opened()
    bench.controller.show(1)
    bench.reader.let_go()
    _, _, failed = bench.network.waiting[0]
    failed(RuntimeError("out of memory"))
    assert bench.reports == []


def test_the_old_result_stays_until_the_new_one_is_there(bench: Bench) -> None:
    bench.opened().network.let_go()
    old = bench.session.result
    bench.networks.choose_size("native")
    assert bench.session.result is old
    bench.network.let_go()
    assert bench.requests[-1].network.size is None
    assert bench.session.result is not old


@pytest.mark.parametrize(
    ("intent", "value", "choice"),
    [
        ("choose_size", "240x320", NetworkChoice(size=(240, 320))),
        ("choose_device", "cpu", NetworkChoice(device="cpu")),
        ("choose_precision", "bf16", NetworkChoice(precision="bf16")),
    ],
)
def test_a_choice_runs_the_network(
    bench: Bench, intent: str, value: str, choice: NetworkChoice
) -> None:
    bench.opened().network.let_go()
    getattr(bench.networks, intent)(value)
    bench.network.let_go()
    assert bench.requests[-1].network == choice
    assert bench.session.choice == choice
    getattr(bench.networks, intent)(value)
    assert not bench.network.waiting


def test_a_checkpoint_that_fails_gives_way_to_the_one_that_worked(bench: Bench) -> None:
    bench.opened().network.let_go()
    bench.networks.choose_checkpoint(Path("broken.safetensors"))
    _, _, failed = bench.network.waiting.pop()
    failed(UserError("broken.safetensors is cut off: fetch it again."))
    assert bench.reports[-1].text == "broken.safetensors is cut off: fetch it again."
    assert bench.session.choice == NetworkChoice()
    assert bench.session.result is not None


@pytest.mark.parametrize("frames", [0, 1])
def test_without_depth_a_checkpoint_is_tried_at_once(
    monkeypatch: pytest.MonkeyPatch, frames: int
) -> None:
    bench = Bench(monkeypatch, make_frame(depth=False))
    if frames:
        bench.opened()
    bench.networks.choose_checkpoint(BROKEN)
    bench.network.let_go()
    assert bench.reports[-1] == Report(
        "broken.safetensors is cut off: fetch it again.", "error", subject=Subject.REFUSED
    )
    assert bench.session.choice == NetworkChoice()
    bench.networks.choose_checkpoint(GOOD)
    bench.network.let_go()
    assert bench.reports[-1].text == "good.safetensors is loaded and waits for a frame with depth."
    bench.networks.choose_device("cuda")
    bench.network.let_go()
    assert bench.reports[-1].text == "The CPU computes instead."
    assert [choice.checkpoint for choice in bench.loaded] == [
        BROKEN,
        *[GOOD] * 2,
    ]
    bench.networks.choose_size("240x320")
    assert not bench.network.waiting  # nothing to load
    assert bench.requests == []


def test_what_was_loaded_for_an_older_choice_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, make_frame(depth=False)).opened()
    told = len(bench.reports)
    for name in (BROKEN, GOOD, BROKEN):
        bench.networks.choose_checkpoint(name)
    for _ in range(2):
        bench.network.let_go()
    assert len(bench.reports) == told
    assert bench.session.choice.checkpoint == BROKEN
    bench.network.let_go()
    assert bench.session.choice == NetworkChoice()  # not one that was never tried


def test_the_network_tells_of_itself(bench: Bench) -> None:
    bench.networks.show_card()
    name, rows = bench.window.shown["show_card"]
    assert name == "sgnet-compact.safetensors"
    known = dict(rows)
    assert "7,534,388 parameters" in known["network"]
    assert known["file"].endswith(name)


def test_a_size_that_cannot_be_used_is_a_notice(bench: Bench) -> None:
    bench.opened().network.let_go()
    bench.networks.choose_size("12")
    assert "HEIGHTxWIDTH" in bench.reports[-1].text
    assert not bench.network.waiting


def test_a_devices_notice_is_told(bench: Bench) -> None:
    bench.opened()
    _, done, _ = bench.network.waiting.pop()
    done(InferenceAnswer(make_result(bench.session.frame), "The CPU computes instead."))
    assert bench.reports == [
        Report("The CPU computes instead.", "warning", subject=Subject.NETWORK)
    ]


def test_depth_that_was_refused_is_said_and_the_network_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(monkeypatch, make_frame(depth=False)).opened()
    assert bench.session.frame is not None
    assert not bench.network.waiting
    assert bench.reports[-1] == Report(
        "depth.png holds 8-bit depth: give the original.", "warning", subject=Subject.FRAME
    )
    withdrawn: list[str] = []
    bench.notices.withdrawn.connect(withdrawn.append)
    bench.session.begin_stream()
    assert withdrawn == [bench.reports[-1].text]


def test_another_unit_or_camera_reads_the_frame_again(bench: Bench) -> None:
    bench.opened()
    bench.controller.show(2)
    bench.reader.let_go()
    bench.window.unit_chosen.emit("mm")
    bench.reader.let_go()
    bench.window.intrinsics_entered.emit(" 500,500,320,240 ", True)
    bench.reader.let_go()
    both = Target(TARGET.paths, unit="mm", intrinsics="500,500,320,240")
    assert bench.asked[-1] == (both, 2)
    assert bench.session.index == 2
    bench.window.unit_chosen.emit("guess")
    bench.reader.let_go()
    assert bench.asked[-1][0].unit == ""


def test_a_scale_that_was_typed_is_called_by_its_name_or_refused(bench: Bench) -> None:
    bench.opened()
    bench.window.unit_chosen.emit("0.25 mm")
    bench.reader.let_go()
    assert bench.asked[-1][0].unit == "0.25mm"
    bench.window.unit_chosen.emit("furlong")
    assert not bench.reader.waiting
    assert "'furlong' is not known" in bench.reports[-1].text


def test_a_set_that_knows_its_unit_keeps_it(bench: Bench) -> None:
    bench.opened()
    bench.window.unit_chosen.emit("cm")  # what is read stays in mm
    bench.reader.let_go()
    assert "its depth is in mm" in bench.reports[-1].text
    assert bench.session.target == TARGET
    assert bench.window.shown["set_units"][1] == "guess"


def test_the_menu_asks_what_to_open(bench: Bench) -> None:
    answers = bench.window.answers
    answers["ask_file"] = "a.png"
    bench.controller.ask_file()
    answers["ask_folder"] = "frames"
    bench.controller.ask_folder()
    answers["ask_pair"] = PairChoice("a.png", "d.png", "mm", "1,1,1,1")
    bench.controller.ask_pair()
    answers["ask_pair"] = PairChoice("a.png", "", "", "")
    bench.controller.ask_pair()
    bench.controller.open_sample("nyu-sample")
    while bench.reader.waiting:
        bench.reader.let_go()
    assert [target for target, _ in bench.asked] == [
        Target(("a.png",)),
        Target(("frames",)),
        Target(("a.png", "d.png"), unit="mm", intrinsics="1,1,1,1"),
        Target(("a.png",)),
        Target(sample="nyu-sample"),
    ]


def test_a_dialogue_that_was_closed_opens_nothing(bench: Bench) -> None:
    bench.window.answers |= {"ask_file": "", "ask_folder": "", "ask_pair": None}
    bench.controller.ask_file()
    bench.controller.ask_folder()
    bench.controller.ask_pair()
    bench.networks.ask_checkpoint()
    assert not bench.reader.waiting
    assert not bench.network.waiting


def test_what_only_live_mode_reads_is_a_stream(bench: Bench) -> None:
    named: list[tuple[Target, str]] = []
    bench.controller.stream_named.connect(lambda *what: named.append(what))
    bench.window.dropped.emit(["/film.MP4"])
    bench.window.answers["ask_file"] = "/walk.mkv"
    bench.controller.ask_file()
    assert named == [(Target((path,)), path) for path in ("/film.MP4", "/walk.mkv")]
    assert bench.reader.waiting == []
    assert bench.session.frames is None


def test_what_is_dropped_is_opened_or_is_a_checkpoint(bench: Bench) -> None:
    named: list[Path] = []
    bench.controller.checkpoint_named.connect(named.append)
    bench.window.dropped.emit(["SGNet.pth.tar"])
    bench.window.dropped.emit(["a.png", "d.png"])
    bench.reader.let_go()
    assert named == [Path("SGNet.pth.tar")]
    assert [target for target, _ in bench.asked] == [Target(("a.png", "d.png"))]


def test_the_status_marks_what_was_guessed(bench: Bench) -> None:
    bench.opened().network.let_go()
    (status,) = bench.window.shown["set_status"]
    assert (status.frame, status.time) == ("a  128×96", "12 ms")
    assert (status.depth, status.depth_guessed) == ("depth in mm, median 2.00 m, 99 % valid", True)
    assert (status.camera, status.camera_guessed) == ("fx 100.0  fy 100.0", False)
    assert status.network == "sgnet-test, fed 96x128, cpu, fp32"
    assert bench.window.shown["set_title"] == ("a (1/3, test set)",)


def test_the_status_of_a_doubted_guess(bench: Bench) -> None:
    frame = make_frame()
    assert frame.depth_info is not None
    info = replace(
        frame.depth_info, origin=Origin.GUESS, doubt="Doubtful.", alternatives=(("0.1mm", 0.964),)
    )
    status = status_of(replace(frame, depth_info=info), None)
    assert (status.depth_guessed, status.depth_doubt) == (True, "Doubtful.")
    bench.session.set_frame(0, replace(frame, depth_info=info))
    likely = bench.window.shown["set_units"][2]
    assert likely == (LikelyUnit("0.1mm", "0.1 mm: median 0.96 m"),)
    bench.session.set_frame(0, frame)
    assert bench.window.shown["set_units"][2] == ()


def test_a_notice_on_a_doubted_unit_offers_others(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = make_frame()
    assert frame.depth_info is not None
    others = (("mm", 3.04), ("0.25mm", 0.76), ("1/5000m", 0.61), ("m", 0.2))
    info = replace(frame.depth_info, unit="cm", doubt="Doubtful.", alternatives=others)
    bench = Bench(monkeypatch, replace(frame, depth_info=info, notes=("Resized.", "Doubtful.")))
    bench.opened()
    assert [report.choices for report in bench.reports] == [
        (),
        (
            ("unit:mm", "mm: 3.04 m"),
            ("unit:0.25mm", "0.25 mm: 0.76 m"),
            ("unit:1/5000m", "1/5000 m: 0.61 m"),
        ),
    ]
    bench.window.notices.action_chosen.emit("unit:mm")
    bench.reader.let_go()
    assert bench.asked[-1][0].unit == "mm"


def test_a_notice_on_a_picture_without_depth_asks_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"")
    notes = ("Turned.", "No depth: give it.")
    frame = replace(make_frame(depth=False), path=str(picture), notes=notes)
    inside = replace(frame, path=str(tmp_path / "a.zip" / "a.png"))
    assert [one.choices for one in Bench(monkeypatch, inside).opened().reports] == [(), ()]
    bench = Bench(monkeypatch, frame)
    bench.controller.open(Target((str(picture),), unit="0.25mm", intrinsics="1,1,1,1"))
    bench.reader.let_go()
    assert [report.choices for report in bench.reports] == [(), (ITS_DEPTH,)]
    bench.window.answers["ask_file"] = ""
    bench.window.notices.action_chosen.emit(ITS_DEPTH[0])
    assert not bench.reader.waiting
    bench.window.answers["ask_file"] = "d.png"
    bench.window.notices.action_chosen.emit(ITS_DEPTH[0])
    bench.reader.let_go()
    kept = Target((str(picture), "d.png"), unit="0.25mm", intrinsics="1,1,1,1")
    assert bench.asked[-1][0] == kept


def test_a_frame_of_a_set_without_depth_is_not_taken_out_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = (replace(make_frame(name, depth=False), path=name) for name in "ab")
    bench = Bench(monkeypatch, *frames).opened()
    assert [report.choices for report in bench.reports] == [()]


def test_units_have_names_in_the_window() -> None:
    units = ("mm", "0.1mm", "1/5000m", "1/6553.5m", "sun", "kinect-disparity", "guess")
    assert [unit_name(unit) for unit in units] == [
        *("mm", "0.1 mm", "1/5000 m", "1/6553.5 m", "SUN RGB-D", "Kinect disparity", "guess"),
    ]


def test_the_status_of_a_frame_without_depth() -> None:
    status = status_of(make_frame(depth=False), None)
    assert (status.depth, status.network, status.time) == ("no usable depth", "", "")


def test_the_list_gets_names_and_then_small_pictures() -> None:
    frames, session, view = FakeFrames(make_frame("a"), make_frame("b")), Session(), FakeView()
    posted: list[Any] = []
    any_view: Any = view
    runners = InlineRunner(), InlineRunner()
    FrameListController(any_view, session, FrameRows(), *runners, posted.append)
    session.set_frames(frames, TARGET)
    session.set_frame(1, frames.load(1))
    assert [row.name for row in view.shown["set_frames"][0]] == ["a", "b"]
    assert view.shown["set_current"] == (1,)
    view.thumbnails_wanted.emit([1])
    for function in posted:
        function()
    index, picture = view.shown["set_thumbnail"]
    assert index == 1
    assert picture.shape == (72, 96, 3)


def test_small_pictures_of_a_set_that_was_left_are_dropped() -> None:
    session, view = Session(), FakeView()
    posted: list[Any] = []
    any_view: Any = view
    runners = InlineRunner(), InlineRunner()
    FrameListController(any_view, session, FrameRows(), *runners, posted.append)
    session.set_frames(FakeFrames(), TARGET)
    view.thumbnails_wanted.emit([0])
    session.set_frames(FakeFrames(), TARGET)
    for function in posted:
        function()
    assert "set_thumbnail" not in view.shown
