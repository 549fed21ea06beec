"""The document: steps and their undoing, what is no step, and its JSON form."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from session_support import make_frame

from sgnet_model.edits import parse_edits
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.document import MOST_STEPS, Document, DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.frame_edits import FrameEdits
from sgnet_viewer.state.probe_points import ProbePoint, ProbePoints
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudColour, PictureMode, TapWeight, ViewSettings


class Clock:
    """Seconds, as the test wants them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_steps_are_undone_and_redone_in_order() -> None:
    document = Document()
    view, probes = ViewState(document=document), Probes(document)
    probes.place(1, 2)
    view.change(mode=PictureMode.DEPTH)
    probes.place(3, 4)
    after = document.value
    document.undo()
    assert probes.points == (ProbePoint(1, 1, 2),)
    assert view.settings.mode is PictureMode.DEPTH
    document.undo()
    assert view.settings.mode is PictureMode.OVERLAY
    document.undo()
    assert probes.points == ()
    assert document.undo_title == ""
    document.undo()  # nothing left: nothing happens
    for _ in range(3):
        document.redo()
    assert document.value == after
    assert document.redo_title == ""


def test_steps_bring_no_edit_back_once_its_frame_is_gone() -> None:
    """Of a stream: the steps between stay, as do those that were undone."""
    document = Document()
    session, probes = Session(document=document), Probes(document)
    session.begin_stream()
    session.stream(make_frame(), None)
    session.end_stream()
    probes.place(1, 2)
    session.edit("stroke", parse_edits(["shift=-0.3 box=1,1,2,2"]))
    probes.place(3, 4)
    document.undo()
    session.streaming = True
    session.stream(make_frame(), None)
    assert document.undo_title == "probe"  # the stroke changes nothing any more
    for step in (document.undo, document.redo, document.redo):
        step()
        assert session.document.value.edits == FrameEdits()
    assert [(at.u, at.v) for at in probes.points] == [(3, 4)]
    session.stream(make_frame(), None)
    assert document.undo_title == "probe"


def test_a_new_step_forgets_what_was_undone() -> None:
    document = Document()
    view = ViewState(document=document)
    view.change(mode=PictureMode.DEPTH)
    document.undo()
    assert document.redo_title == "view"
    view.change(layer="layer1.0")
    assert (document.undo_title, document.redo_title) == ("layer", "")


def test_what_the_program_does_is_no_step() -> None:
    document = Document()
    view, probes = ViewState(document=document), Probes(document)
    probes.place_first(5, 5)
    view.amend(layer="layer1.2")
    probes.clear()
    assert document.undo_title == ""
    assert view.settings.layer == "layer1.2"


def test_quick_values_of_a_slider_are_one_step() -> None:
    clock = Clock()
    document = Document(clock=clock)
    view = ViewState(document=document)
    for percent in (50, 40, 30):
        clock.now += 0.1
        view.change(opacity=percent / 100)
    clock.now += 5
    view.change(opacity=0.9)
    document.undo()
    assert view.settings.opacity == 0.3
    document.undo()
    assert view.settings.opacity == ViewSettings().opacity


def test_arrow_moves_of_another_probe_are_another_step() -> None:
    document = Document(clock=Clock())
    probes = Probes(document)
    probes.place(1, 1)
    probes.toggle_pin()
    probes.place(8, 8)
    probes.move_active(9, 8)
    probes.move_active(10, 8)
    probes.activate(1)
    probes.toggle_pin()
    probes.move_active(2, 1)
    document.undo()
    assert not probes.points[0].pinned
    document.undo()
    assert [(at.u, at.v) for at in probes.points] == [(1, 1), (10, 8)]
    document.undo()
    assert [(at.u, at.v) for at in probes.points] == [(1, 1), (8, 8)]


def test_another_set_begins_a_new_history() -> None:
    session = Session()
    Probes(session.document).place(1, 1)
    frames: Any = ["a", "b"]
    session.set_frames(frames, Target(("set",)))
    assert session.document.undo_title == ""


def test_a_unit_is_undone_and_the_frame_stays() -> None:
    session = Session()
    frames: Any = ["a", "b"]
    session.set_frames(frames, Target(("set",)))
    session.document.amend(index=1)
    session.replace_frames(frames, Target(("set",), unit="mm"))
    returned: list[tuple[str, str]] = []
    session.document.returned.connect(
        lambda old, new: returned.append((old.target.unit, new.target.unit))
    )
    session.document.undo()
    assert returned == [("mm", "")]
    assert (session.target, session.index) == (Target(("set",)), 1)


def test_the_network_is_chosen_without_a_step_and_heard_once() -> None:
    session = Session()
    heard: list[NetworkChoice] = []
    session.choice_changed.connect(lambda: heard.append(session.choice))
    session.choose(NetworkChoice(device="cpu"))
    session.choose(NetworkChoice(device="cpu"))
    assert heard == [NetworkChoice(device="cpu")]
    assert session.document.undo_title == ""


def test_changes_made_while_listening_are_heard_in_order() -> None:
    document = Document()
    view, heard = ViewState(document=document), []
    view.changed.connect(
        lambda _, new: view.amend(layer="layer1.0") if new.layer != "layer1.0" else None
    )
    view.changed.connect(lambda old, new: heard.append((old.layer, new.layer)))
    view.change(mode=PictureMode.DEPTH)
    assert heard == [("", ""), ("", "layer1.0")]


def test_the_history_has_an_end() -> None:
    document = Document()
    probes = Probes(document)
    for u in range(MOST_STEPS + 5):
        probes.place(u, 0)
    for _ in range(MOST_STEPS + 5):
        document.undo()
    assert probes.points[0].u == 4  # the first five steps are forgotten


def test_the_history_tells_when_it_changes() -> None:
    document, heard = Document(), []
    document.history_changed.connect(
        lambda: heard.append((document.undo_title, document.redo_title))
    )
    ViewState(document=document).change(mode=PictureMode.RGB)
    document.undo()
    document.forget_steps()
    assert heard == [("view", ""), ("", "view"), ("", "")]


def _full(folder: Path) -> DocumentValue:
    return DocumentValue(
        target=Target((str(folder / "set"),), unit="mm", intrinsics="1,2,3,4"),
        index=7,
        network=NetworkChoice(folder / "a.safetensors", "cpu", None, "bf16"),
        probes=ProbePoints((ProbePoint(1, 3, 4, True), ProbePoint(3, 5, 6)), 1),
        view=ViewSettings(
            PictureMode.DEPTH,
            0.25,
            frozenset({2, 5}),
            "layer2.3",
            TapWeight.OPACITY,
            False,
            CloudColour.RGB,
            4,
        ),
    )


def test_the_json_form_gives_the_document_back(tmp_path: Path) -> None:
    value = _full(tmp_path)
    text = json.dumps(document_to_json(value, tmp_path))
    assert str(tmp_path) not in text  # relative: the folder may move
    assert document_from_json(json.loads(text), tmp_path) == (value, ())
    moved = tmp_path / "elsewhere"
    found, _ = document_from_json(json.loads(text), moved)
    assert found.target.paths == (str(moved / "set"),)


def test_every_field_of_the_view_is_in_the_json_form(tmp_path: Path) -> None:
    names = set(ViewSettings.__dataclass_fields__)
    assert set(document_to_json(DocumentValue(), tmp_path)["view"]) == names


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("target", {"paths": "no list"}),
        ("target", {"paths": ["a\0b"]}),
        ("index", -1),
        ("index", True),
        ("network", {"size": "huge"}),
        ("network", 3),
        ("probes", [{"number": 1, "u": 1e400, "v": 0}]),
        ("probes", [{"number": 1, "u": 1, "v": 0}, {"number": 1, "u": 2, "v": 0}]),
        ("view", ["mode"]),
        ("view", {"mode": "x-ray"}),
        ("view", {"opacity": float("nan")}),
        ("view", {"hidden": [-1]}),
    ],
)
def test_a_damaged_part_is_named_and_the_rest_is_taken(
    part: str, damage: object, tmp_path: Path
) -> None:
    value = _full(tmp_path)
    data = document_to_json(value, tmp_path) | {part: damage}
    found, remarks = document_from_json(data, tmp_path)
    (remark,) = remarks
    assert f"session's {part} " in remark
    default = document_from_json({}, tmp_path)[0]
    assert found == replace(value, **{part: getattr(default, part)})


@pytest.mark.parametrize("data", [None, [], "text", {}])
def test_what_is_no_document_is_the_first_one(data: object, tmp_path: Path) -> None:
    found, remarks = document_from_json(data, tmp_path)
    assert found == DocumentValue(target=Target(sample=""))
    assert remarks == ()


def test_an_active_probe_that_is_not_there_is_the_newest(tmp_path: Path) -> None:
    data = document_to_json(_full(tmp_path), tmp_path) | {"active_probe": 9}
    assert document_from_json(data, tmp_path)[0].probes.active_number == 3
