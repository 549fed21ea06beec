"""The main window: what keys, menus, drops and buttons say, and what the setters show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from command_support import Commanded
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeyEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from session_support import FakeFrames, make_frame, make_result
from views_support import (
    Counted,
    FakeCloud,
    Heard,
    field_maps,
    legend_rows,
    probe_card,
    ramp_image,
    settle,
)

from sgnet_model.resources import checkpoint_dir
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.contract.window import LikelyUnit, Notice, Readout, StatusModel, WindowView
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.frame_rows import FrameRow
from sgnet_viewer.state.view_settings import CloudColour, PictureMode, TapWeight
from sgnet_viewer.views.window.camera_dialog import CameraDialog
from sgnet_viewer.views.window.help_dialog import TextDialog
from sgnet_viewer.views.window.main_window import MainWindow
from sgnet_viewer.views.window.scale_dialog import ScaleDialog
from sgnet_viewer.views.window.status_bar import BUSY_AFTER_MS

SCRATCH = checkpoint_dir() / "sgnet-compact-scratch.safetensors"
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
STATUS = StatusModel(
    "0433.png 640×480", "depth mm, median 2.31 m", True, "fx 519 fy 519", False, "compact", "96 ms"
)
CLASSES = tuple((f"class {number}", (90, 90, 90), 0.2) for number in range(5))
COMMANDED: dict[int, Commanded] = {}
MakeWindow = Callable[[], MainWindow]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    stored = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    stored.setValue("window/theme", "dark")
    return stored


@pytest.fixture
def make_window(qapp: QApplication, settings: QSettings) -> Iterator[MakeWindow]:
    made = []

    def make() -> MainWindow:
        window = MainWindow(FakeCloud(), settings)
        made.append(window)
        COMMANDED[id(window)] = Commanded(window)
        window.show()
        qapp.processEvents()
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    # without a running event loop nothing else deletes them, and each later one would be slower
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window()


@pytest.fixture
def commanded(window: MainWindow) -> Commanded:
    return COMMANDED[id(window)]


def all_actions(window: MainWindow) -> dict[str, QAction]:
    found = {}
    for menu in window.findChildren(QMenu):
        for action in menu.actions():
            found[action.text().replace("&", "")] = action
    return found


def test_it_is_a_window_view(window: MainWindow) -> None:
    view: WindowView = window  # mypy holds the rest
    for name in WindowView.__annotations__:
        assert hasattr(view, name), name
    for name in dir(WindowView):
        if name.startswith(("set_", "show_", "ask_")):
            assert callable(getattr(view, name)), name


def test_arrow_keys_step_the_probe(window: MainWindow) -> None:
    stepped = Heard(window.probe_stepped)
    for key in (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down):
        QTest.keyClick(window._picture.canvas, key)
    QTest.keyClick(window._picture.canvas, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert stepped.said == [(-1, 0), (1, 0), (0, -1), (0, 1), (10, 0)]


def test_space_flickers_while_it_is_held(window: MainWindow) -> None:
    flickered, canvas = Heard(window.overlay_flickered), window._picture.canvas
    QTest.keyPress(canvas, Key.Key_Space)
    QTest.keyPress(canvas, Key.Key_Space)  # held: the key repeats
    QTest.keyRelease(canvas, Key.Key_Space)
    assert flickered.said == [False, True]


def test_the_overlay_returns_when_the_window_loses_the_keyboard(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    flickered = Heard(window.overlay_flickered)
    QTest.keyPress(window._picture.canvas, Key.Key_Space)
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert flickered.said == [False, True]


def test_a_key_without_a_name_is_left_alone(window: MainWindow) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, 0x0109FFFF, Qt.KeyboardModifier.NoModifier)
    event.accept()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("[", ("step_layer", -1)),
        ("]", ("step_layer", 1)),
        (".", ("step",)),
    ],
)
def test_single_keys(
    window: MainWindow, commanded: Commanded, key: str, call: tuple[object, ...]
) -> None:
    open_all(commanded)
    QTest.keyClicks(window._picture.canvas, key)
    assert commanded.calls == [call]


def test_number_keys_choose_the_view_and_g_the_grid(
    window: MainWindow, commanded: Commanded
) -> None:
    open_all(commanded)
    for key, mode in (("1", PictureMode.RGB), ("5", PictureMode.DEPTH), ("7", PictureMode.ERROR)):
        QTest.keyClicks(window._picture.canvas, key)
        assert commanded.view.settings.mode is mode
    QTest.keyClicks(window._picture.canvas, "G")
    assert not commanded.view.settings.show_grid


def open_all(commanded: Commanded) -> None:
    """A set of two frames with truth and a result; a stream too, which no window can have."""
    frame = make_frame(labels=True)
    session, frames = commanded.session, FakeFrames(frame, frame)
    session.set_frames(frames, Target(("set",)))
    session.set_frame(0, frame)
    session.set_result(make_result(frame))
    commanded.probes.place(3, 4)
    commanded.live.stream = object()
    commanded.controller.refresh()


def test_page_keys_step_frames_and_ctrl_keys_open_and_save(
    window: MainWindow, commanded: Commanded
) -> None:
    open_all(commanded)
    none = Qt.KeyboardModifier.NoModifier
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for key, modifiers, call in (
        (Key.Key_PageUp, none, ("step", -1)),
        (Key.Key_PageDown, none, ("step", 1)),
        (Key.Key_O, control, ("ask_file",)),
        (Key.Key_O, control | shift, ("ask_pair",)),
        (Key.Key_S, control, ("save_picture",)),
        (Key.Key_S, control | shift, ("save_cloud",)),
    ):
        commanded.calls.clear()
        QTest.keyClick(window._picture.canvas, key, modifiers)
        assert commanded.calls == [call], key


def test_a_mode_that_cannot_be_shown_is_off_everywhere(
    window: MainWindow, commanded: Commanded
) -> None:
    open_all(commanded)
    commanded.session.set_frame(1, make_frame())
    heard = Heard(window.mode_chosen)
    window.set_modes_enabled(frozenset({PictureMode.RGB, PictureMode.OVERLAY}))
    QTest.keyClicks(window._picture.canvas, "6")
    button = window.tools.modes.buttons[PictureMode.TRUTH]
    QTest.mouseClick(button, LEFT)
    assert heard.said == []
    assert commanded.view.settings.mode is PictureMode.OVERLAY
    assert "no ground truth" in button.toolTip()
    assert all_actions(window)["Truth"].toolTip() == "This frame has no ground truth."


def test_mode_buttons_wait_for_the_setter(window: MainWindow) -> None:
    heard, buttons = Heard(window.mode_chosen), window.tools.modes.buttons
    QTest.mouseClick(buttons[PictureMode.DEPTH], LEFT)
    assert heard.said == ["depth"]
    assert buttons[PictureMode.OVERLAY].isChecked()
    window.set_mode(PictureMode.DEPTH)
    assert [mode for mode, button in buttons.items() if button.isChecked()] == [PictureMode.DEPTH]
    assert not window.tools.slider.isEnabled()  # opacity is the overlay's


@pytest.mark.parametrize(
    ("title", "call"),
    [
        ("Open folder…", ("ask_folder",)),
        ("Open checkpoint…", ("ask_checkpoint",)),
        ("Use the bundled network", ("choose_checkpoint", None)),
        ("Use the bundled network trained from scratch", ("choose_checkpoint", SCRATCH)),
        ("NYUv2 pair (downloaded by Open3D)", ("open_sample", "nyu-sample")),
        ("Save labels…", ("save_labels",)),
        ("Save probe…", ("save_probe",)),
        ("CPU", ("choose_device", "cpu")),
        ("bfloat16 (bf16)", ("choose_precision", "bf16")),
        ("As the picture", ("choose_size", "native")),
        ("Choose source…", ("show",)),
        ("Freeze / Resume\tSpace", ("toggle_freeze",)),
        ("Scores of an evaluation…", ("ask",)),
    ],
)
def test_menu_entries_do_what_they_promise(
    window: MainWindow, commanded: Commanded, title: str, call: tuple[object, ...]
) -> None:
    open_all(commanded)
    all_actions(window)[title].trigger()
    assert commanded.calls == [call]


def test_menu_entries_of_the_view(window: MainWindow, commanded: Commanded) -> None:
    for title in ("Modulation as opacity", "4 px", "Depth"):
        all_actions(window)[title].trigger()
    settings = commanded.view.settings
    assert (settings.tap_weight, settings.point_size) == (TapWeight.OPACITY, 4)


def test_samples_and_recent_entries(window: MainWindow, commanded: Commanded) -> None:
    commanded.settings.entries = (
        ("/data/0433_rgb.png", "/data/0433_depth.png"),
        ("/a/nyu.mat",),
        ("/b/nyu.mat",),
    )
    commanded.controller.refresh()
    actions = all_actions(window)
    assert {"a/nyu.mat", "b/nyu.mat"} <= set(actions)  # told apart by their folders
    actions["living room"].trigger()
    actions["0433_rgb.png + 0433_depth.png"].trigger()
    assert commanded.calls == [
        ("open_sample", "living-room"),
        ("drop", ["/data/0433_rgb.png", "/data/0433_depth.png"]),
    ]
    commanded.settings.entries = ()
    commanded.controller.refresh()
    assert not window._menus.menu("&File/&Recent").menuAction().isEnabled()


def test_files_dropped_anywhere_are_told(window: MainWindow, tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("rgb.png", "depth.png")]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    dropped = Heard(window.dropped)
    action, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    centre = QPointF(window.rect().center())
    enter = QDragEnterEvent(centre.toPoint(), action, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(centre, action, data, buttons, keys))
    assert dropped.said == [paths]
    assert not window._picture.canvas.viewport().acceptDrops()  # else it would swallow them


def test_text_dropped_is_refused(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("not a file")
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(window.rect().center(), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_a_guess_is_marked_and_its_unit_can_be_changed(window: MainWindow) -> None:
    window.set_units(("mm", "m"), "mm")
    window.set_status(STATUS)
    status = window._status
    assert status.depth_button.text().endswith("(guess)")
    assert "(guess)" not in status.camera_button.text()
    chosen = Heard(window.unit_chosen)
    QTest.mouseClick(status.depth_button, LEFT)
    assert status.units.isVisible()
    entries = {action.text(): action for action in status.units.actions()}
    assert entries["mm"].isChecked()
    entries["m"].trigger()
    status.units.close()
    assert chosen.said == ["m"]


def test_a_doubted_guess_offers_what_it_may_be(window: MainWindow) -> None:
    likely = (LikelyUnit("0.1mm", "0.1mm: median 0.96 m"), LikelyUnit("mm", "mm: median 9.64 m"))
    window.set_units(("guess", "mm", "0.1mm"), "guess", likely)
    window.set_status(replace(STATUS, depth_doubt="Doubtful: all values are multiples of 10."))
    status = window._status
    assert status.depth_button.text().endswith("(doubtful guess)")
    assert "multiples of 10" in status.depth_button.toolTip()
    chosen = Heard(window.unit_chosen)
    first = status.units.actions()[0]
    assert first.text() == "0.1mm: median 0.96 m"
    first.trigger()
    assert chosen.said == ["0.1mm"]
    window.set_status(STATUS)
    assert "multiples of 10" not in status.depth_button.toolTip()


def test_any_scale_can_be_typed(window: MainWindow) -> None:
    window.set_units(("guess", "mm"), "guess")
    chosen = Heard(window.unit_chosen)
    window._status.units.actions()[-1].trigger()
    dialog = window.findChild(ScaleDialog)
    assert dialog is not None
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    QTest.keyClicks(dialog.edit, " 1/256m ")
    dialog.accept()
    assert chosen.said == ["1/256m"]


def test_intrinsics_are_typed_beside_the_window(window: MainWindow) -> None:
    numbers = "500, 501, 320, 240"
    window.set_status(
        replace(STATUS, camera_numbers=numbers, camera_origin="a guess", several=True)
    )
    assert numbers in window._status.camera_button.toolTip()
    entered, reset = Heard(window.intrinsics_entered), Heard(window.camera_reset)
    QTest.mouseClick(window._status.camera_button, LEFT)
    dialog = window.findChild(CameraDialog)
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert dialog.edit.text() == numbers  # those in use: typing replaces them
    QTest.keyClicks(dialog.edit, "518.9 519.5, 325.6")
    assert not ok.isEnabled()
    QTest.keyClicks(dialog.edit, ", 253.7")
    QTest.mouseClick(ok, LEFT)
    assert entered.said == [("518.9,519.5,325.6,253.7", False)]
    window.ask_camera()
    dialog = window.findChildren(CameraDialog)[-1]
    dialog.everywhere.setChecked(True)
    dialog.accept()
    assert entered.said[1:] == [("500,501,320,240", True)]
    window.ask_camera()
    window.findChildren(CameraDialog)[-1].back.click()
    assert reset.said == [()]


def test_another_status_does_not_lay_out_the_window(window: MainWindow) -> None:
    window.resize(1280, 720)
    window.set_status(STATUS)
    settle()
    asked = Counted(window, QEvent.Type.LayoutRequest)
    window.set_status(replace(STATUS, frame="another_0434.png 640×480", time="12345 ms"))
    settle()
    assert asked.count == 0
    status = window._status
    assert status._time.width() >= status._time.sizeHint().width()
    assert status._frame.width() >= status._frame.sizeHint().width()


def test_a_long_status_is_shortened_and_never_widens_the_window(window: MainWindow) -> None:
    fill(window)
    window.resize(960, 540)
    settle()
    long = "depth in hundredths of a millimetre, " * 4
    window.set_status(replace(STATUS, depth=long))
    settle()
    assert (window.width(), window.height()) == (960, 540)
    button = window._status.depth_button
    assert button.text() == f"{long}  (guess)"  # what a screen reader reads
    assert long in button.accessibleName()
    shown = QPushButton.text(button)
    assert "…" in shown
    assert shown.endswith("(guess)")
    assert button.mapTo(window, button.rect().topRight()).x() < window.width()
    window.resize(2400, 900)
    settle()
    assert "…" not in QPushButton.text(button)


def test_no_status_says_that_nothing_is_open(window: MainWindow) -> None:
    window.set_status(STATUS)
    window.set_status(None)
    assert window._status._frame.text() == "No frame is open"
    assert not window._status.depth_button.isVisible()


def test_busy_shows_progress_and_cancels_by_button_and_key(
    window: MainWindow, qtbot: QtBot
) -> None:
    cancelled = Heard(window.cancel_requested)
    QTest.keyClick(window._picture.canvas, Key.Key_Escape)
    assert cancelled.said == []
    window.set_busy("Downloading", 0.25)
    assert window._status._progress.value() == 250
    assert window.is_busy()  # also before it is seen
    qtbot.waitUntil(window._status.cancel_button.isVisible)
    QTest.mouseClick(window._status.cancel_button, LEFT)
    QTest.keyClick(window._picture.canvas, Key.Key_Escape)
    assert cancelled.said == [(), ()]
    window.set_busy("Reading", None)
    assert window._status._progress.maximum() == 0
    window.set_idle()
    assert not window._status.cancel_button.isVisible()
    assert not window.is_busy()


def test_what_is_done_at_once_is_not_shown_as_running(window: MainWindow, qtbot: QtBot) -> None:
    window.set_busy("Drawing", None)
    window.set_idle()
    qtbot.wait(2 * BUSY_AFTER_MS)
    assert not window._status.cancel_button.isVisible()


def test_sliders_and_cloud_colours_speak_when_the_user_moves_them(window: MainWindow) -> None:
    opacity, colour = Heard(window.opacity_changed), Heard(window.cloud_colour_chosen)
    window.tools.slider.setFocus()
    QTest.keyClick(window.tools.slider, Key.Key_Right)
    QTest.mouseClick(window._cloud_panel.buttons[CloudColour.DEPTH], LEFT)
    assert opacity.said == [pytest.approx(0.56)]
    assert colour.said == ["depth"]


def test_no_setter_speaks(window: MainWindow, commanded: Commanded) -> None:
    names = (
        "mode_chosen opacity_changed cloud_colour_chosen point_size_changed unit_chosen "
        "frame_stepped dropped command_chosen shortcut_chosen"
    )
    heard = Heard(*(getattr(window, name) for name in names.split()))
    for mode in PictureMode:
        window.set_mode(mode)
    window.set_opacity(0.2)
    window.set_cloud_colour(CloudColour.RGB)
    window.set_units(("mm", "m"), "m")
    window.frames.set_frames(tuple(FrameRow(i, str(i)) for i in range(3)))
    window.frames.set_current(1)
    commanded.view.change(point_size=4, tap_weight=TapWeight.OPACITY, show_grid=False)
    commanded.session.choose(NetworkChoice(device="cuda", size=None))
    assert heard.said == []
    assert window.tools.slider.value() == 20
    assert window._cloud_panel.buttons[CloudColour.RGB].isChecked()
    checked = {text for text, action in all_actions(window).items() if action.isChecked()}
    assert {"4 px", "Modulation as opacity", "CUDA", "As the picture"} <= checked
    assert "Regular grid and arrows" not in checked


def test_the_frame_list_hides_while_there_is_one_frame(window: MainWindow) -> None:
    window.frames.set_frames((FrameRow(0, "one"),))
    assert not window._frames.isVisible()
    assert not window.tools._frames_action.isVisible()
    window.frames.set_frames(tuple(FrameRow(i, str(i)) for i in range(12)))
    window.frames.set_current(11)
    assert window._frames.isVisible()
    assert window.tools.frames.label.text() == "12/12"
    assert not window.tools.frames.next.isEnabled()
    stepped = Heard(window.frame_stepped)
    QTest.mouseClick(window.tools.frames.previous, LEFT)
    assert stepped.said == [-1]


def test_the_layout_and_the_theme_are_kept(make_window: MakeWindow) -> None:
    first = make_window()
    first._docks.classes.hide()
    first.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first._docks.probes)
    all_actions(first)["Light"].trigger()
    first.close()
    second = make_window()
    assert not second._docks.classes.isVisible()
    assert second.dockWidgetArea(second._docks.probes) is Qt.DockWidgetArea.LeftDockWidgetArea
    window_colour = QApplication.palette().color(QPalette.ColorRole.Window)
    assert window_colour.lightness() > 200
    all_actions(second)["Reset layout"].trigger()
    assert second._docks.classes.isVisible()
    assert second.dockWidgetArea(second._docks.probes) is Qt.DockWidgetArea.RightDockWidgetArea


def test_help_lists_keys_and_does_not_block(window: MainWindow) -> None:
    QTest.keyClick(window, Key.Key_F1)
    dialog = window.findChild(TextDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    told = dialog.text.toPlainText()
    for words in ("Arrow keys", "Next layer", "Hold Space", "Ctrl+Shift+S", "Point cloud"):
        assert words in told
    dialog.close()


def test_nothing_is_cut_at_1280_by_720(window: MainWindow) -> None:
    window.resize(1280, 720)
    fill(window)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1280, 720)
    window.set_mode(PictureMode.PROBABILITY)
    QApplication.processEvents()
    for button in (*window.tools.modes.buttons.values(), window.tools.modes.more):
        assert button.width() >= button.minimumSizeHint().width()
        assert window.tools.rect().contains(button.mapTo(window.tools, button.rect().bottomRight()))
    for widget in (window._picture, window._legend, window._cards, window._strip):
        bottom = widget.mapTo(window, widget.rect().bottomRight())
        assert window.rect().contains(bottom)
    assert window._picture.width() > 560


def test_words_of_the_tool_bar_give_way_before_the_views_do(window: MainWindow) -> None:
    bar = window.tools
    window.resize(2600, 800)
    QApplication.processEvents()
    needed = bar.sizeHint().width()

    def texts() -> tuple[bool, bool]:
        label = bar._opacity_label.isVisible()
        return label, bar.live_button.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly

    def width(of: int) -> None:
        window.resize(of, 800)
        QApplication.processEvents()
        for button in (*bar.modes.buttons.values(), bar.modes.more):
            corner = button.mapTo(bar, button.rect().bottomRight())
            assert button.isVisible()
            assert bar.rect().contains(corner)

    width(needed)
    assert texts() == (True, True)
    width(needed - 10)
    assert texts() == (False, True)
    width(needed - 150)
    assert texts() == (False, False)
    width(needed)
    assert texts() == (True, True)


def fill(window: MainWindow) -> None:
    window.set_status(STATUS)
    window.set_readout(Readout(1, 2, None, None, "bed", (1, 2, 3), 0.5))
    window.picture.set_picture(PictureModel(ramp_image()))
    window.legend.set_rows(legend_rows(iou=0.5))
    window.layers.set_maps(field_maps())
    window.card.set_cards((probe_card(),), 1)
    window.notices.show_notice(Notice("A sentence."))


def test_docks_that_nobody_dragged_keep_their_share(window: MainWindow, qtbot: QtBot) -> None:
    cloud = window._docks.cloud
    for width in (1900, 1280, 2100):
        window.resize(width, 1000)
        qtbot.waitUntil(lambda width=width: abs(cloud.width() - 0.33 * width) < 8)


def test_dragged_docks_stay_as_they_are_until_the_layout_is_reset(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1900, 1000)
    qtbot.wait(50)
    cloud = window._docks.cloud
    below = QPoint(cloud.geometry().center().x(), cloud.geometry().bottom() + 2)
    height = cloud.height() - 90
    drag(window, below, QPoint(0, -90), qtbot)
    window.resize(2100, 1000)
    qtbot.waitUntil(lambda: abs(cloud.height() - height) <= 4)
    width = cloud.width() - 150
    drag(window, QPoint(cloud.x() - 2, cloud.geometry().center().y()), QPoint(150, 0), qtbot)
    window.resize(2200, 1000)
    qtbot.waitUntil(lambda: abs(cloud.width() - width) <= 4)
    all_actions(window)["Reset layout"].trigger()
    qtbot.waitUntil(lambda: abs(cloud.width() - 0.33 * 2200) < 8)


def test_classes_have_what_a_short_list_of_frames_leaves(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 720)
    frames, classes = window._docks.frames, window._docks.classes
    window.frames.set_frames(tuple(FrameRow(at, f"frame {at}") for at in range(2)))
    qtbot.waitUntil(lambda: frames.isVisible() and frames.height() < 0.6 * classes.height())
    rows = window._frames.list
    qtbot.waitUntil(lambda: rows.viewport().height() >= 2 * rows.sizeHintForRow(0))
    scored = tuple(FrameRow(at, f"frame {at}", differ=0.2) for at in range(2))
    window.frames.set_rows(scored)  # the order can be chosen now, which takes a row
    qtbot.waitUntil(lambda: window._frames.filters.isVisible())
    qtbot.waitUntil(lambda: rows.viewport().height() >= 2 * rows.sizeHintForRow(0))
    window.frames.set_frames(tuple(FrameRow(at, f"frame {at}") for at in range(60)))
    qtbot.waitUntil(lambda: abs(frames.height() - classes.height()) < 12)


def drag(window: MainWindow, at: QPoint, by: QPoint, qtbot: QtBot) -> None:
    QTest.mousePress(window, LEFT, pos=at)
    QTest.mouseMove(window, at + by / 2)
    qtbot.wait(20)
    QTest.mouseMove(window, at + by)
    qtbot.wait(20)
    QTest.mouseRelease(window, LEFT, pos=at + by)
    qtbot.wait(20)


def test_on_a_tall_window_the_cloud_takes_what_the_card_does_not_need(
    window: MainWindow, qtbot: QtBot
) -> None:
    cloud, probes = window._docks.cloud, window._docks.probes
    window.resize(1600, 900)
    qtbot.waitUntil(lambda: cloud.height() < probes.height())
    window.resize(1600, 1500)
    qtbot.waitUntil(lambda: 400 < probes.height() < cloud.height())


def test_a_low_window_gives_its_right_side_the_height_it_has(
    window: MainWindow, qtbot: QtBot
) -> None:
    row = probe_card().layers[0]
    rows = tuple(
        replace(row, layer=f"layer{group}.{step}") for group in (1, 2, 3, 4) for step in (0, 1, 2)
    )
    window.card.set_cards((replace(probe_card(), layers=rows, classes=CLASSES),), 1)
    cloud, layers = window._docks.cloud, window._docks.layers
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: layers.geometry().right() < cloud.x())
    qtbot.waitUntil(lambda: window._cards.verticalScrollBar().maximum() == 0)
    assert cloud.height() > 240
    window.resize(1600, 1000)
    qtbot.waitUntil(lambda: layers.geometry().right() > cloud.x())


def test_a_point_size_chosen_in_the_cloud_is_told(window: MainWindow) -> None:
    heard = Heard(window.point_size_changed)
    window.cloud.point_size_changed.emit(5)
    assert heard.said == [5]


def test_zoom_and_fit_by_key(window: MainWindow) -> None:
    fill(window)
    canvas, control = window._picture.canvas, Qt.KeyboardModifier.ControlModifier
    QApplication.processEvents()
    scale = canvas.scale_px
    QTest.keyClick(canvas, Key.Key_Plus, control)
    assert canvas.scale_px == pytest.approx(1.5 * scale)
    QTest.keyClick(canvas, Key.Key_Minus, control)
    QTest.keyClick(canvas, Key.Key_Minus, control)
    assert canvas.scale_px == pytest.approx(scale / 1.5)
    QTest.keyClick(canvas, Key.Key_0, control)
    assert canvas.scale_px == pytest.approx(scale)


def test_a_floating_dock_comes_home(window: MainWindow) -> None:
    window._docks.cloud.setFloating(True)
    all_actions(window)["Reset layout"].trigger()
    assert not window._docks.cloud.isFloating()


def test_a_long_recent_name_is_shortened_in_the_menu_and_whole_in_its_tip(
    window: MainWindow, commanded: Commanded
) -> None:
    path = "/data/" + "a_long_name_" * 8 + "0433.png"
    commanded.settings.entries = ((path,),)
    commanded.controller.refresh()
    (action,) = window._menus.menu("&File/&Recent").actions()
    assert len(action.text()) < 60
    assert action.text().endswith("0433.png")
    assert action.toolTip() == path


def test_separators_of_the_status_line_divide_something(window: MainWindow) -> None:
    window.set_status(None)
    assert not any(line.isVisible() for line in window._status._separators)
    window.set_status(STATUS)
    assert all(line.isVisible() for line in window._status._separators)
    assert window._status.depth_button.property("guess") is True
    assert window._status.camera_button.property("guess") is False


def test_notices_lie_beside_the_picture_and_esc_closes_them(window: MainWindow) -> None:
    fill(window)
    window.notices.show_notice(Notice("Another one."))
    settle()
    strip = window.notices
    assert isinstance(strip, QWidget)
    picture = window._picture
    assert strip.geometry().bottom() < window._pane.geometry().top()
    assert len(strip.notices) == 2
    escaped = Heard(window.escaped)
    QTest.keyClick(picture.canvas, Key.Key_Escape)
    assert (strip.notices, escaped.said) == ([], [])
    QTest.keyClick(picture.canvas, Key.Key_Escape)
    assert escaped.said == [()]


def test_an_empty_frame_list_is_not_brought_back_by_a_stored_layout(
    make_window: MakeWindow,
) -> None:
    first = make_window()
    first.frames.set_frames(tuple(FrameRow(i, str(i)) for i in range(3)))
    first.close()
    assert not make_window()._frames.isVisible()


def test_the_network_in_use_is_marked(window: MainWindow, commanded: Commanded) -> None:
    actions, session = all_actions(window), commanded.session
    bundled = actions["Use the bundled network"]
    scratch = actions["Use the bundled network trained from scratch"]
    assert (bundled.isChecked(), scratch.isChecked()) == (True, False)
    session.choose(replace(session.choice, checkpoint=SCRATCH))
    window.commands_needed.emit()
    assert (bundled.isChecked(), scratch.isChecked()) == (False, True)


def test_the_colours_of_the_cloud_are_one_bar(window: MainWindow) -> None:
    ends = [button.property("segment") for button in window._cloud_panel.buttons.values()]
    assert ends == ["first", "middle", "middle", "middle", "last"]


def test_a_menu_entry_that_asks_has_no_blank_before_its_dots(commanded: Commanded) -> None:
    titles = [command.title for command in commanded.table.commands]
    assert [title for title in titles if title.endswith(" …")] == []


def test_the_buttons_of_a_dock_say_what_they_do(window: MainWindow) -> None:
    for dock in window._docks.all():
        for name, tip in (("float", "Float"), ("close", "Close")):
            button = dock.findChild(QAbstractButton, f"qt_dockwidget_{name}button")
            assert button.toolTip().startswith(tip)
            assert min(button.width(), button.height()) >= 16
