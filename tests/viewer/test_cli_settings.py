"""What the window remembers."""

from __future__ import annotations

from dataclasses import fields, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QSettings

from sgnet_viewer.settings import (
    RECENT_ENTRIES,
    STORED_VIEW,
    Settings,
    sentence_of,
    with_newest,
    without_objects,
)
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.view_settings import (
    ClassPalette,
    CloudColour,
    DepthRamp,
    FigureOptions,
    PictureMode,
    TapWeight,
    ViewSettings,
)


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def reopened(store: QSettings) -> Settings:
    """What the next start reads from the file."""
    store.sync()
    return Settings(QSettings(store.fileName(), QSettings.Format.IniFormat))


def test_the_first_start_has_the_first_values(store: QSettings) -> None:
    settings = Settings(store)
    assert settings.view() == ViewSettings()
    assert settings.network(Options()) == NetworkChoice()
    assert settings.recent() == ()


def test_the_view_comes_back_but_for_what_belongs_to_a_frame(store: QSettings) -> None:
    view = ViewSettings(
        mode=PictureMode.DEPTH,
        opacity=0.25,
        hidden=frozenset({3}),
        layer="layer1.2",
        tap_weight=TapWeight.OPACITY,
        show_grid=False,
        cloud_colour=CloudColour.CONFIDENCE,
        point_size=5,
        depth_ramp=DepthRamp.CIVIDIS,
        depth_limits=(1.0, 2.0),
        outlines=True,
        palette=ClassPalette.SAFE,
        own_colours=(("wall", (1, 2, 3)),),
        figure=FigureOptions(cloud=True, dpi=300),
    )
    Settings(store).save_view(view)
    back = reopened(store).view()
    assert back.hidden == frozenset()
    assert back.layer == ViewSettings().layer
    assert (back.mode, back.opacity, back.tap_weight) == (
        PictureMode.DEPTH,
        0.25,
        TapWeight.OPACITY,
    )
    assert (back.show_grid, back.cloud_colour, back.point_size) == (
        False,
        CloudColour.CONFIDENCE,
        5,
    )
    assert (back.depth_ramp, back.depth_limits) == (DepthRamp.CIVIDIS, None)
    assert (back.outlines, back.palette) == (True, ClassPalette.SAFE)
    assert (back.own_colours, back.figure) == (view.own_colours, view.figure)


OF_A_FRAME = ("hidden", "layer", "depth_limits", "cloud_box", "least_confidence", "show_field")


def other_value(value: Any) -> Any:
    """Another one of its kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Enum):
        return next(one for one in type(value) if one is not value)
    if isinstance(value, FigureOptions):
        return FigureOptions(legend=False, key=False, cloud=True, dpi=300)
    return (("wall", (1, 2, 3)),) if isinstance(value, tuple) else value / 2 if value < 1 else 7


@pytest.mark.parametrize("name", [one.name for one in fields(ViewSettings)])
def test_each_setting_of_the_view_comes_back_by_itself_or_belongs_to_a_frame(
    name: str, store: QSettings
) -> None:
    if name in OF_A_FRAME:
        assert name not in STORED_VIEW
        return
    view = replace(ViewSettings(), **{name: other_value(getattr(ViewSettings(), name))})
    assert view != ViewSettings()
    Settings(store).save_view(view)
    assert reopened(store).view() == view


def test_a_view_is_stored_as_text_that_any_version_reads(store: QSettings) -> None:
    stored = {
        "mode": "labels",
        "opacity": "0.25",
        "show_grid": "False",
        "cloud_shaded": "True",
        "point_size": "5",
        "palette": "data set",
        "own_colours": '{"wall": "#010203"}',
        "figure": '{"legend": true, "key": false, "cloud": true, "dpi": 300}',
    }
    view = ViewSettings(
        mode=PictureMode.LABELS,
        opacity=0.25,
        show_grid=False,
        point_size=5,
        own_colours=(("wall", (1, 2, 3)),),
        figure=FigureOptions(key=False, cloud=True, dpi=300),
    )
    Settings(store).save_view(view)
    assert {name: store.value(f"view/{name}") for name in stored} == stored
    for name, text in stored.items():
        store.setValue(f"view/{name}", text)
    again = reopened(store)
    assert (again.view(), again.reset) == (view, [])


def test_the_network_comes_back_where_the_command_line_is_silent(
    store: QSettings, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "own.safetensors"
    checkpoint.touch()
    choice = NetworkChoice(checkpoint, "cpu", None, "bf16")
    Settings(store).save_network(choice, Options())
    assert reopened(store).network(Options()) == choice
    given = Options(network=NetworkChoice(None, "cuda"), given=frozenset({"device"}))
    assert reopened(store).network(given) == NetworkChoice(checkpoint, "cuda", None, "bf16")


def test_what_the_command_line_named_is_not_kept_unless_it_was_changed(store: QSettings) -> None:
    options = Options(
        network=NetworkChoice(device="cpu", size=None), given=frozenset({"device", "size"})
    )
    Settings(store).save_network(options.network, options)
    assert reopened(store).network(Options()) == NetworkChoice()
    Settings(store).save_network(NetworkChoice(device="cuda", size=None), options)
    assert reopened(store).network(Options()) == NetworkChoice(device="cuda")


def test_a_checkpoint_that_is_gone_gives_way_to_the_bundled_one(
    store: QSettings, tmp_path: Path
) -> None:
    Settings(store).save_network(NetworkChoice(tmp_path / "gone.safetensors", "cpu"), Options())
    assert reopened(store).network(Options()).checkpoint is None


GARBAGE = {
    "view/mode": "hologram",
    "view/opacity": "nan",
    "view/tap_weight": "\x00",
    "view/show_grid": "perhaps",
    "view/cloud_colour": QByteArray(b"\xff\x00"),
    "view/point_size": "9" * 5000,
    "view/depth_ramp": "rainbow",
    "view/palette": "none",
    "view/own_colours": '{"wall": "blue"}',
    "view/figure": '{"dpi": 300}',
    "network/device": "cuda:-1",
    "network/precision": "fp7",
    "network/size": "0x0",
    "network/checkpoint": "x" * 5000,
    "recent": "[" * 5000,
    "shortcuts": '{"a": [1]}',
}


@pytest.mark.parametrize("key", GARBAGE)
def test_a_value_that_cannot_be_used_is_removed_and_named(store: QSettings, key: str) -> None:
    store.setValue(key, GARBAGE[key])
    settings = reopened(store)
    found = (settings.view(), settings.network(Options()), settings.recent(), settings.shortcuts())
    assert found == (ViewSettings(), NetworkChoice(), (), {})
    assert settings.reset == [key]
    assert key.rpartition("/")[2].replace("_", " ") in sentence_of(settings.reset)
    again = reopened(store)
    again.view()
    again.network(Options())
    assert again.reset == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("view/opacity", "1e400"),
        ("view/opacity", "much"),
        ("view/opacity", "True"),
        ("view/show_grid", "1"),
        ("view/mode", "null"),
        ("view/opacity", ["0.5", "0.5"]),
        ("view/point_size", "13"),
        ("network/device", "quantum"),
        ("recent", "{"),
        ("recent", "[1]"),
        ("recent", "9" * 5000),
        ("shortcuts", '"' + "x" * 200_000 + '"'),
    ],
)
def test_other_kinds_of_garbage(store: QSettings, key: str, value: Any) -> None:
    store.setValue(key, value)
    settings = reopened(store)
    found = (settings.view(), settings.network(Options()), settings.recent(), settings.shortcuts())
    assert found == (ViewSettings(), NetworkChoice(), (), {})
    assert settings.reset == [key]


class Touch:
    """Creates a file where it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.marker,))


def test_a_settings_file_runs_no_code(store: QSettings, tmp_path: Path) -> None:
    """Qt's binding unpickles what it finds there: such a file is put aside unread."""
    marker, path = tmp_path / "it_ran", Path(store.fileName())
    store.setValue("view/mode", Touch(marker))
    store.sync()
    content = path.read_bytes()

    assert without_objects(QSettings(str(path), QSettings.Format.IniFormat))
    assert not path.exists()
    assert not marker.exists()
    assert path.with_name("settings.ini.set-aside").read_bytes() == content

    path.with_name("other.ini").write_bytes(content)
    QSettings(str(path.with_name("other.ini")), QSettings.Format.IniFormat).value("view/mode")
    assert marker.exists()  # the attempt itself is real


def test_a_file_of_text_stays_where_it_is(store: QSettings) -> None:
    Settings(store).save_view(ViewSettings())
    store.setValue("window/state", QByteArray(b"\x00\xff"))
    store.sync()
    assert not without_objects(store)
    assert Path(store.fileName()).is_file()


def test_recent_entries_come_back_newest_first_and_once() -> None:
    recent = with_newest(with_newest((), ("a.png",)), ("b.png", "b-depth.png"))
    assert with_newest(recent, ("a.png",)) == (("a.png",), ("b.png", "b-depth.png"))
    for number in range(RECENT_ENTRIES + 5):
        recent = with_newest(recent, (f"{number}.png",))
    assert len(recent) == RECENT_ENTRIES
    assert recent[0] == (f"{RECENT_ENTRIES + 4}.png",)


def test_recent_entries_are_stored(store: QSettings) -> None:
    Settings(store).save_recent((("a.png", "a-depth.png"), ("folder",)))
    assert reopened(store).recent() == (("a.png", "a-depth.png"), ("folder",))
