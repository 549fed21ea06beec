"""Exports of whole sets from the window: what is asked, what a worker does, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from session_support import FakeView, HeldRunner, InlineRunner, make_result
from test_saving_batch import Network, make_set

from sgnet_model.data import open_frames
from sgnet_viewer.controllers.export_sets import SetExportController
from sgnet_viewer.controllers.saving import Saving
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import Segmenter, segmenter
from sgnet_viewer.workers.networks import LoadedNetworks


class Bench:
    """An open set of three frames, a network that says one class, and whoever is asked."""

    def __init__(self, root: Path, runner: Any = None, opened: bool = True) -> None:
        self.window = FakeView(parts=True)
        self.session, self.probes, self.notices = Session(), Probes(), Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.network, self.loaded = Network(), 0
        self.checkpoint = root / "weights"
        self.checkpoint.write_bytes(b"weights")
        window: Any = self.window
        self.controller = SetExportController(
            self.session,
            self.probes,
            Saving(window, self.notices, runner or InlineRunner(), "exporting to"),
            self._load,
        )
        if opened:
            frames = open_frames(make_set(root / "set"))
            self.session.set_frames(frames, Target((str(root / "set"),)))
            self.session.set_frame(0, frames.load(0))

    def _load(self, _choice: NetworkChoice, _task: Task) -> Segmenter:
        self.loaded += 1
        return Segmenter(self.network, self.checkpoint, "fp32")


def test_all_frames_go_into_the_folder_that_is_named(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.window.answers["ask_folder"] = str(tmp_path / "out")
    bench.controller.save_frames()
    assert bench.reports[-1].text == f"Saved 3 of 3 frames in {tmp_path / 'out'}."
    assert len(list((tmp_path / "out" / "npz").iterdir())) == 3
    bench.controller.save_frames()
    assert "3 were there before" in bench.reports[-1].text
    assert len(bench.network.asked) == 3
    bench.checkpoint.write_bytes(b"other weights")
    bench.controller.save_frames()
    assert "made otherwise (checkpoint)" in bench.reports[-1].text


@pytest.mark.parametrize(
    ("ask", "name", "said"),
    [
        ("film_frames", "set.mp4", "a film of 3 pictures"),
        ("film_orbit", "0-cloud.mp4", "a film of 120 pictures"),
        ("save_rerun", "set.rrd", "Saved 3 frames"),
    ],
)
def test_films_and_recordings(tmp_path: Path, ask: str, name: str, said: str) -> None:
    bench = Bench(tmp_path)
    bench.window.answers["ask_save"] = str(tmp_path / Path(name).stem)  # the suffix is added
    getattr(bench.controller, ask)()
    assert said in bench.reports[-1].text
    assert (tmp_path / name).stat().st_size > 500
    (asked,) = [values for call, values in bench.window.calls if call == "ask_save"]
    assert asked[1] == name


def test_the_layers_of_the_active_probe(tmp_path: Path) -> None:
    bench = Bench(tmp_path, opened=False)
    result = make_result()
    bench.session.set_frames(open_frames(make_set(tmp_path / "set")), Target(("x",)))
    bench.session.set_frame(0, result.frame)
    bench.session.set_result(result)
    bench.probes.place(50, 40)
    bench.window.answers["ask_save"] = str(tmp_path / "a.webm")
    bench.controller.film_layers()
    pictures = 15 * len(result.prediction.traces)
    assert f"a film of {pictures} pictures" in bench.reports[-1].text


def test_calling_off_leaves_the_question_unanswered(tmp_path: Path) -> None:
    runner = HeldRunner()
    bench = Bench(tmp_path, runner)
    bench.window.answers["ask_folder"] = ""
    bench.controller.save_frames()
    assert runner.waiting == []
    bench.window.answers["ask_folder"] = str(tmp_path / "out")
    bench.controller.save_frames()
    ((work, _, _),) = runner.waiting
    task = Task(lambda _: None)
    task.cancel()
    with pytest.raises(Cancelled):
        work(task)
    assert not (tmp_path / "out" / "labels").exists()


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path, opened=False)
    for ask in ("save_frames", "film_frames", "film_orbit", "film_layers", "save_rerun"):
        getattr(bench.controller, ask)()
    assert len(bench.reports) == 5
    assert all(report.text.startswith("There ") for report in bench.reports)
    assert bench.loaded == 0


def test_the_segmenter_takes_the_loaded_network(tmp_path: Path) -> None:
    """Its own size, and the switches of the choice."""
    seen: list[tuple[Any, Any]] = []

    class Predictor:
        device, notice, precision, network = "cpu", None, "fp32", None
        size: tuple[int, int] | None = (1, 1)

        def predict(self, *_: Any, switches: Any) -> str:
            seen.append((self.size, switches))
            return "said"

    loads: list[tuple[Any, ...]] = []

    def load(*key: Any) -> Any:
        loads.append(key)
        return Predictor()

    networks = LoadedNetworks(load)
    checkpoint = tmp_path / "w.safetensors"
    checkpoint.write_bytes(b"w")
    choice = NetworkChoice(checkpoint, "cpu", (64, 96))
    for _ in range(2):
        found = segmenter(networks, choice, Task(lambda _: None))
    frame = open_frames(make_set(tmp_path / "set")).load(0)
    assert found.predict(frame) == "said"
    assert (found.checkpoint, found.precision) == (checkpoint, "fp32")
    assert seen == [((64, 96), choice.switches)]
    assert loads == [(checkpoint, "cpu", "fp32")]
