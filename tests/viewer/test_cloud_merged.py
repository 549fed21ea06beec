"""Several frames of a sequence in one cloud: placed, coloured, chosen, saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from session_support import FakeView, HeldRunner, InlineRunner

from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, Intrinsics, LabelScheme, UserError
from sgnet_viewer.cloud.scene import make_cloud, same_frame
from sgnet_viewer.controllers.merging import MergingController
from sgnet_viewer.controllers.navigation import Navigation
from sgnet_viewer.controllers.view_setters import ViewSetters
from sgnet_viewer.exports.files import save_cloud
from sgnet_viewer.render.cloud import seen_cloud
from sgnet_viewer.render.cloud_light import towards_light
from sgnet_viewer.render.cloud_merged import Merged, MergedFrame, merged_cloud, place_of
from sgnet_viewer.render.parts import CloudPart
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudBox, CloudColour, ViewSettings
from sgnet_viewer.workers.merging import NO_POSES, chosen_frames, merge, without_traces

SIZE = (24, 32)  # (height, width)
CAMERA = Intrinsics(30.0, 30.0, 15.5, 11.5, 32, 24)
WALL_M = 2.0  # in front of every camera; they stand side by side and look the same way
SCHEME = LabelScheme("two", ("wall", "thing"), np.array([[200, 0, 0], [0, 200, 0]], np.uint8))
RGB = ViewSettings(cloud_colour=CloudColour.RGB)


def pose(number: int) -> np.ndarray:
    """Turned about the vertical by a quarter for odd numbers, and to the right by 0.1 m each."""
    matrix = np.eye(4)
    if number % 2:
        matrix[:3, :3] = [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]
    matrix[0, 3] = 0.1 * number
    return matrix


def frame(number: int, *, posed: bool = True) -> Frame:
    rgb = np.full((*SIZE, 3), 10 + number, np.uint8)
    depth = np.full(SIZE, WALL_M, np.float32)
    at = pose(number) if posed else None
    return Frame(f"{number}", rgb, depth, CAMERA, path=f"/set/rgb/{number}.png", pose=at)


def answer() -> Prediction:
    labels = np.zeros(SIZE, np.uint8)
    labels[:, 16:] = 1
    sure = np.full(SIZE, 0.75, np.float32)
    return Prediction(labels, sure, np.zeros((2, 6, 8), np.float32), (), SIZE, SCHEME, 1.0)


class Frames:
    """`count` frames in two scenes; those in `lost` have no pose."""

    name = "set"
    notes: tuple[str, ...] = ()

    def __init__(self, count: int = 8, lost: tuple[int, ...] = ()) -> None:
        self.count, self.lost = count, lost
        self.loaded: list[int] = []

    def __len__(self) -> int:
        return self.count

    def frame_name(self, index: int) -> str:
        return str(index)

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002
        self.loaded.append(index)
        return frame(index, posed=index not in self.lost)

    def scene(self, index: int) -> str:
        return "first" if index < 6 else "second"


def task() -> Task:
    return Task(lambda _: None)


def test_other_frames_are_placed_by_their_poses_in_the_shown_cameras_frame() -> None:
    shown, other = frame(0), frame(1)
    merged = Merged((MergedFrame(shown), MergedFrame(other, 1)))
    own = seen_cloud(shown, None, RGB)
    points, colours, source = merged_cloud(merged, shown, own, RGB, None)
    count = SIZE[0] * SIZE[1]
    assert len(points) == 2 * count
    places = [place_of(int(value)) for value in source[:count]]
    assert places == [(1, pixel) for pixel in range(count)]  # in its own frame
    np.testing.assert_array_equal(source[count:], own[2])
    np.testing.assert_array_equal(points[count:], own[0])
    # The second camera looks along +x from x = 0.1: its wall stands there.
    np.testing.assert_allclose(points[:count, 0], 0.1 + WALL_M, atol=1e-5)
    assert (colours[:count] == 11).all()
    assert (colours[count:] == 10).all()


def test_one_light_falls_upon_all_frames() -> None:
    """The second camera looks along +x: its wall faces left, as the light in the first one's."""
    merged = Merged(tuple(MergedFrame(frame(number), number, answer()) for number in (0, 1)))
    settings = ViewSettings()
    own = seen_cloud(frame(0), answer(), settings)
    _, colours, source = merged_cloud(merged, frame(0), own, settings, None)
    towards = np.asarray(towards_light(None))
    for points, normal in ((source < 0, (-1, 0, 0)), (source >= 0, (0, 0, -1))):
        bright = 0.5 + 0.75 * ((1 + np.dot(normal, towards)) / 2) ** 2
        walls = colours[points][colours[points][:, 0] > 0]
        assert np.median(walls[:, 0]) == pytest.approx(200 * bright, abs=2)


def test_a_cloud_of_many_frames_is_thinned_and_a_frame_without_a_pose_stands_alone() -> None:
    frames = tuple(MergedFrame(frame(number), number) for number in range(6))
    own = seen_cloud(frame(0), None, RGB)
    points, _, source = merged_cloud(Merged(frames), frame(0), own, RGB, None, most=1000)
    assert 0 < (source < 0).sum() <= 1000
    alone, _, _ = merged_cloud(Merged(frames), frame(0, posed=False), own, RGB, None)
    assert len(alone) == len(own[0]) < len(points)


def test_classes_of_other_frames_are_coloured_and_hidden_like_those_of_the_shown_one() -> None:
    merged = Merged(tuple(MergedFrame(frame(number), number, answer()) for number in (0, 1)))
    settings = ViewSettings(hidden=frozenset({0}), grey_hidden=False, cloud_shaded=False)
    (points, colours, source), _ = CloudPart(frame(0), answer(), settings, merged=merged).make()
    assert len(points) == SIZE[0] * SIZE[1]  # half of either
    assert (source < 0).sum() == len(points) // 2
    assert (colours == SCHEME.palette[1]).all()


def test_the_cloud_says_of_how_many_frames_it_is_and_that_parts_are_cut_off() -> None:
    part = CloudPart(frame(0), None, RGB)
    assert part.caption == ""
    merged = Merged(tuple(MergedFrame(frame(number), number) for number in range(3)))
    assert replace(part, merged=merged).caption == "3 frames"
    cut = replace(RGB, cloud_box=CloudBox(depth=(0.0, 1.0)))
    assert replace(part, merged=merged, settings=cut).caption == "3 frames, parts cut off"
    alone = frame(0, posed=False)
    assert replace(part, frame=alone, merged=merged).caption == ""


def test_all_points_of_all_frames_are_saved_with_classes_where_all_have_them(
    tmp_path: Path,
) -> None:
    count = SIZE[0] * SIZE[1]
    merged = Merged(tuple(MergedFrame(frame(number), number, answer()) for number in (0, 1, 2)))
    saved = CloudPart(frame(0), answer(), ViewSettings(), 2, merged=merged).saved()
    assert len(saved.points) == len(saved.colours) == 3 * count
    assert saved.labels is not None
    assert set(saved.labels.tolist()) == {1, 2}
    assert saved.confidence is not None
    assert saved.confidence == pytest.approx(0.75)
    sentence = save_cloud(tmp_path / "all.ply", saved.points, saved.colours, saved.labels)
    assert f"{3 * count:,} points" in sentence
    mixed = Merged((MergedFrame(frame(1)),))
    assert CloudPart(frame(0), answer(), ViewSettings(), merged=mixed).saved().labels is None


def test_frames_are_chosen_evenly_from_the_scene_with_the_shown_one_among_them() -> None:
    frames = Frames()
    assert chosen_frames(frames, 2, 10) == (0, 1, 2, 3, 4, 5)
    assert chosen_frames(frames, 2, 3) == (0, 2, 5)
    assert chosen_frames(frames, 4, 3) == (0, 2, 4)
    assert chosen_frames(frames, 7, 10) == (6, 7)


def test_merging_leaves_out_frames_without_a_pose_and_says_where_poses_are_looked_for() -> None:
    merged = merge(Frames(lost=(1, 3)), 0, 10, None, task())
    assert [one.frame.name for one in merged.frames] == ["0", "2", "4", "5"]
    assert not merged.has_classes
    seen = merge(Frames(), 0, 10, lambda _: answer(), task())
    assert seen.has_classes
    with pytest.raises(UserError, match="groundtruth"):
        merge(Frames(lost=(1, 2, 3, 4, 5)), 0, 10, None, task())


def test_what_a_cloud_does_not_need_of_a_prediction_is_let_go() -> None:
    kept = without_traces(answer())
    assert kept.logits.nbytes < answer().logits.nbytes
    np.testing.assert_array_equal(kept.labels, answer().labels)


def test_hiding_classes_of_a_merged_cloud_is_no_other_frame() -> None:
    points = np.random.default_rng(0).random((50, 3)).astype(np.float32)
    source = np.concatenate((np.full(30, -7), np.arange(20)))
    known = make_cloud(points, np.zeros((50, 3), np.uint8), source)
    fewer = make_cloud(points[10:45], known.colours[10:45], source[10:45])
    assert same_frame(known, fewer)
    assert known.is_merged
    moved = make_cloud(points + np.float32(1), known.colours, source)
    assert not same_frame(known, moved)


class Bench:
    """A session in a set of frames, and the controller; the network is `answer`."""

    def __init__(self, frames: Frames, runner: InlineRunner | None = None) -> None:
        self.session, self.notices = Session(), Notices()
        self.view = ViewState(document=self.session.document)
        self.reports: list[str] = []
        self.notices.added.connect(lambda report: self.reports.append(report.text))
        self.loads = 0
        runner = runner or InlineRunner()
        self.probes = Probes(self.session.document)
        self.gone_to: list[int] = []
        self.merging = MergingController(
            self.session,
            self.view,
            self.notices,
            runner,
            self.load,
            Navigation(self.session, self.probes, self.gone_to.append),
        )
        self.session.set_frames(frames, Target())
        self.session.set_frame(0, frames.load(0))

    def load(self, *_: object) -> object:
        self.loads += 1
        network = FakeView()
        network.predict = lambda _: answer()
        return network


def test_the_choice_is_marked_once_the_frames_are_there_and_ends_with_the_set() -> None:
    runner = HeldRunner()
    bench = Bench(Frames(), runner)
    changes: list[int] = []
    bench.merging.changed.connect(lambda: changes.append(bench.merging.count))
    assert bench.merging.refusal() == ""
    bench.merging.choose(10)
    assert (bench.merging.count, bench.merging.merged) == (1, None)
    runner.let_go()
    assert bench.merging.count == 10
    assert bench.merging.merged is not None
    bench.merging.choose(1)
    assert bench.merging.merged is None
    assert changes == [10, 1]
    bench.merging.choose(20)
    runner.let_go()
    bench.session.set_frames(Frames(), Target())
    assert bench.merging.merged is None


def test_the_network_is_asked_where_classes_colour_the_cloud_and_later_when_they_do() -> None:
    bench = Bench(Frames())
    bench.view.change(cloud_colour=CloudColour.RGB)
    bench.merging.choose(10)
    assert bench.loads == 0
    bench.view.change(cloud_colour=CloudColour.DEPTH)
    assert bench.loads == 0
    bench.view.change(cloud_colour=CloudColour.LABELS)
    assert bench.loads == 1
    assert bench.merging.merged is not None
    assert bench.merging.merged.has_classes
    bench.view.change(cloud_colour=CloudColour.RGB)
    bench.view.change(cloud_colour=CloudColour.CONFIDENCE)
    assert bench.loads == 1


def test_another_network_or_reading_merges_anew_and_another_frame_does_not() -> None:
    runner = HeldRunner()
    bench = Bench(Frames(), runner)
    bench.merging.choose(10)
    runner.let_go()
    first = bench.merging.merged
    assert first is not None
    bench.session.set_frame(1, bench.session.frames.load(1))
    assert bench.merging.merged is first
    bench.session.choose(NetworkChoice(precision="bf16"))
    assert bench.merging.merged is None  # its classes were another network's
    runner.let_go()
    second = bench.merging.merged
    assert second is not None
    bench.session.replace_frames(Frames(), Target(unit="cm"))
    bench.session.set_frame(1, bench.session.frames.load(1))
    assert bench.merging.merged is None  # its metres were another unit's
    runner.let_go()
    assert bench.merging.merged is not None
    assert bench.merging.count == 10


def test_another_scene_of_the_set_is_merged_by_itself() -> None:
    class TwoScenes(Frames):
        def scene(self, index: int) -> str:
            return "a" if index < 4 else "b"

    runner = HeldRunner()
    bench = Bench(TwoScenes(), runner)
    bench.merging.choose(10)
    runner.let_go()
    first = bench.merging.merged
    assert first is not None
    bench.session.set_frame(1, bench.session.frames.load(1))
    assert bench.merging.merged is first
    bench.session.set_frame(5, bench.session.frames.load(5))
    assert bench.merging.merged is None
    runner.let_go()
    assert bench.merging.merged is not None
    assert {one.index for one in bench.merging.merged.frames} <= {4, 5, 6, 7}


def test_one_colour_is_one_distance_in_all_frames() -> None:
    def at(metres: float, number: int) -> Frame:
        depth = np.full(frame(0).size, metres, np.float32)
        depth[0] = metres + 1  # a range of its own
        return replace(frame(number), depth_m=depth, pose=frame(0).pose)

    shown, other = at(2.0, 0), at(6.0, 1)
    merged = Merged((MergedFrame(shown, 0), MergedFrame(other, 1)))
    settings = ViewSettings(cloud_colour=CloudColour.DEPTH)
    saved = CloudPart(shown, None, settings, merged=merged).saved()
    far = saved.colours[saved.points[:, 2] > 5]
    assert len(np.unique(far, axis=0)) == 1  # all beyond the range of the shown frame
    own = saved.colours[saved.points[:, 2] == 3]
    assert (far[0] == own[0]).all()


def test_merging_that_was_cancelled_does_not_begin_by_itself() -> None:
    runner = HeldRunner()
    bench = Bench(Frames(), runner)
    bench.merging.choose(10)
    runner.waiting.clear()
    bench.merging.give_up()
    bench.session.choose(NetworkChoice(precision="bf16"))
    assert runner.waiting == []


def test_a_frame_without_a_pose_refuses_and_a_set_without_poses_says_so() -> None:
    bench = Bench(Frames(lost=tuple(range(8))))
    assert bench.merging.refusal() == NO_POSES
    bench.merging.choose(10)
    assert bench.reports == [NO_POSES]
    assert bench.merging.count == 1
    assert "set of several" in Bench(Frames(count=1)).merging.refusal()


def test_a_click_on_a_point_of_another_frame_opens_it_with_a_probe_there() -> None:
    bench = Bench(Frames())
    bench.merging.choose(10)
    merged = bench.merging.merged
    assert merged is not None
    own = seen_cloud(frame(0), None, RGB)
    _, _, source = merged_cloud(merged, frame(0), own, RGB, None)
    of_third = [int(value) for value in source if (place_of(int(value)) or (0,))[0] == 3]
    bench.merging.pick(of_third[5 * SIZE[1] + 7])
    assert bench.gone_to == [3]
    assert bench.probes.active is None
    bench.session.set_frame(3, frame(3))
    active = bench.probes.active
    assert active is not None
    assert (active.u, active.v) == (7, 5)
    bench.merging.pick(40)  # a pixel of the frame shown: the tool's to use
    bench.merging.pick(-1)  # no point
    assert bench.gone_to == [3]


def test_a_merged_cloud_stays_in_place_when_another_of_its_frames_is_shown() -> None:
    window: Any = FakeView(parts=True)
    setters = ViewSetters(window)
    merged = Merged(tuple(MergedFrame(frame(number), number) for number in range(3)))
    first = CloudPart(frame(0), None, RGB, merged=merged)
    setters.cloud(first, (first.make(), first.bar))
    assert window.cloud.called("set_cloud") == 1
    second = replace(first, frame=frame(1))
    setters.cloud(second, (second.make(), second.bar))
    assert window.cloud.called("set_cloud") == window.cloud.called("set_next_cloud") == 1
    (motion,) = next(values for name, values in window.cloud.calls if name == "carry_over")
    np.testing.assert_allclose(motion, np.linalg.inv(pose(1)) @ pose(0), atol=1e-6)
    alone = replace(second, merged=None)
    setters.cloud(alone, (alone.make(), alone.bar))  # the frame alone begins its own view
    assert window.cloud.called("carry_over") == 1
    assert window.cloud.called("set_cloud") == 2


def test_an_edited_depth_keeps_its_pose() -> None:
    assert replace(frame(1), depth_m=None).pose is not None
