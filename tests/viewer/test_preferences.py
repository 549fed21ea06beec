"""The page of preferences, the scale of the window, recent checkpoints, and the tour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_support import Commanded
from PySide6.QtCore import QPoint, QRect, QSettings
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from session_support import FakeView, make_frame, make_result
from views_support import FakeCloud, settle

from sgnet_viewer.commands.network_menu import network_commands
from sgnet_viewer.contract.window import TourStep
from sgnet_viewer.controllers.tour import OFFER, START_TOUR, STEPS, TourController
from sgnet_viewer.launch.scale import SCALE_VARIABLE, apply_scale, stored_scale
from sgnet_viewer.settings import SCALE_KEY, SCALES, Settings
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import ClassPalette, DepthRamp
from sgnet_viewer.views.window.main_window import MainWindow
from sgnet_viewer.views.window.preferences import Preferences
from sgnet_viewer.views.window.tour_view import TourCard, place_beside

CLOUD = "Point cloud"


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(qtbot: QtBot, store: QSettings) -> Iterator[MainWindow]:
    made = MainWindow(FakeCloud(), store)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def chosen(page: Preferences, group: str, title: str) -> None:
    """As the user does it."""
    box = page.boxes[group]
    at = box.findText(title)
    assert at >= 0
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_the_page_acts_at_once_and_follows(window: MainWindow, store: QSettings) -> None:
    commanded = Commanded(window)
    window.show_preferences()
    page = window.findChild(Preferences)
    assert page is not None
    chosen(page, "depth ramp", "Cividis")
    chosen(page, "palette", "For colour-vision deficiencies")
    page.checks["view.classes.outlines"].click()
    settings = commanded.view.settings
    assert (settings.depth_ramp, settings.palette) == (DepthRamp.CIVIDIS, ClassPalette.SAFE)
    assert settings.outlines
    commanded.document.undo()
    assert not page.checks["view.classes.outlines"].isChecked()
    commanded.view.change(depth_ramp=DepthRamp.TURBO)
    assert page.boxes["depth ramp"].currentText().startswith("Turbo")
    chosen(page, "scale", "150 %")
    assert (window.scale(), stored_scale(store)) == (1.5, 1.5)
    assert "150 %" in commanded.reports[-1].text
    for box in page.boxes.values():
        assert box.count() > 1


@pytest.mark.parametrize("points", [9.0, 15.0])
def test_no_text_of_the_page_is_cut(window: MainWindow, points: float) -> None:
    before = QApplication.font()
    font = QFont(before)
    font.setPointSizeF(points)
    QApplication.setFont(font)
    try:
        Commanded(window)
        window.show_preferences()
        settle()
        page = window.findChild(Preferences)
        assert page is not None
        for text in page.findChildren(QLabel):
            assert text.width() >= text.fontMetrics().horizontalAdvance(text.text())
        for part in (*page.boxes.values(), *page.buttons.values()):
            right = part.mapTo(page, part.rect().topRight()).x()
            assert right <= page.width(), part.accessibleName()
            assert part.width() >= part.minimumSizeHint().width()
        assert not page.findChild(QScrollArea).horizontalScrollBar().isVisible()
        page.close()
    finally:
        QApplication.setFont(before)


def test_the_scale_is_given_to_qt_unless_the_environment_names_one(store: QSettings) -> None:
    environment: dict[str, str] = {}
    apply_scale(store, environment)
    assert environment == {}
    store.setValue(SCALE_KEY, "1.25")
    store.sync()
    apply_scale(store, environment)
    assert environment == {SCALE_VARIABLE: "1.25"}
    given = {SCALE_VARIABLE: "3"}
    apply_scale(store, given)
    assert given == {SCALE_VARIABLE: "3"}


@pytest.mark.parametrize("stored", ["1e9", "0", "two", "-1", ""])
def test_a_stored_scale_that_is_none_is_one(store: QSettings, stored: str) -> None:
    store.setValue(SCALE_KEY, stored)
    assert stored_scale(store) == 1.0
    assert 1.0 in SCALES


def test_a_settings_file_with_objects_is_not_read_for_the_scale(tmp_path: Path) -> None:
    path = tmp_path / "settings.ini"
    path.write_text("[window]\nscale=2\nother=@Variant(\\0)\n")
    assert stored_scale(QSettings(str(path), QSettings.Format.IniFormat)) == 1.0


def test_checkpoints_are_remembered_newest_first_and_listed(store: QSettings) -> None:
    settings = Settings(store)
    assert settings.checkpoints() == ()
    paths = tuple(Path(f"/models/{name}/best.pth") for name in ("a", "b"))
    settings.save_checkpoints(paths)
    assert settings.checkpoints() == paths
    store.setValue("checkpoints", "no list")
    assert settings.checkpoints() == ()


def test_recent_checkpoints_stand_in_the_menu(window: MainWindow) -> None:
    commanded = Commanded(window)
    settings: Any = commanded.settings
    first, second = Path("/models/a/best.pth"), Path("/models/b/best.pth")
    settings.checkpoints = lambda: (first, second)
    found = [one for one in network_commands(commanded.parts) if one.key.startswith("checkpoint.")]
    assert [one.title for one in found] == ["a/best.pth", "b/best.pth"]
    found[1].run()
    assert ("choose_checkpoint", second) in commanded.calls


class Bench:
    """The tour over a window that is none."""

    def __init__(self, store: QSettings) -> None:
        self.window: Any = FakeView(parts=True)
        self.session, self.settings, notices = Session(), Settings(store), Notices()
        self.reports: list[Report] = []
        self.withdrawn: list[str] = []
        notices.added.connect(self.reports.append)
        notices.withdrawn.connect(self.withdrawn.append)
        self.tour = TourController(self.window, self.session, notices, self.settings)

    def answer(self) -> None:
        frame = make_frame()
        self.session.stream(frame, None)
        self.session.set_result(make_result(frame))

    @property
    def step(self) -> TourStep | None:
        (shown,) = self.window.shown["show_tour"]
        step: TourStep | None = shown
        return step


def test_the_tour_is_offered_once(store: QSettings) -> None:
    bench = Bench(store)
    bench.answer()
    assert bench.reports == []  # nobody asked to offer it
    bench.tour.offer_once()
    bench.answer()
    bench.answer()
    assert [(one.text, one.key) for one in bench.reports] == [(OFFER, START_TOUR)]
    again = Bench(store)
    again.tour.offer_once()
    again.answer()
    assert again.reports == []


def test_the_tour_has_six_steps_and_can_be_left(store: QSettings) -> None:
    bench = Bench(store)
    bench.tour.start()
    assert bench.withdrawn == [OFFER]
    titles = []
    for number in range(1, 7):
        step = bench.step
        assert step is not None
        assert (step.number, step.total) == (number, len(STEPS)) == (number, 6)
        titles.append(step.title)
        bench.window.tour_moved.emit(1)
    assert len(set(titles)) == 6
    assert bench.step is None
    bench.tour.start()
    bench.window.tour_moved.emit(1)
    bench.window.tour_moved.emit(-1)
    assert bench.step is not None
    assert bench.step.number == 1
    bench.window.tour_left.emit()
    assert bench.step is None


def test_every_step_has_its_panel_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    for title, text, panel in STEPS:
        assert panel == "" or panel in window.panels()
        window.show_tour(TourStep(1, 6, title, text, panel))
        assert not window._tour.isHidden()
        assert window.rect().contains(window._tour.geometry())
    window.show_tour(TourStep(1, 6, "title", "text", CLOUD))
    cloud = next(dock for dock in window.findChildren(QDockWidget) if dock.windowTitle() == CLOUD)

    def is_framed() -> bool:
        area = QRect(cloud.mapTo(window, QPoint(0, 0)), cloud.size())
        return bool(window._tour._outline.geometry() == area)

    for size in ((1500, 900), (1000, 600)):
        window.resize(*size)
        qtbot.waitUntil(is_framed)
    window.show_tour(None)
    assert window._tour.isHidden()


def test_the_card_stands_beside_what_it_is_about_and_asks(qtbot: QtBot) -> None:
    room = QRect(0, 0, 1000, 700)
    assert place_beside(QRect(600, 100, 300, 300), 300, 150, room) == QPoint(292, 100)
    assert place_beside(QRect(0, 100, 300, 300), 300, 150, room) == QPoint(307, 100)
    inside = place_beside(QRect(0, 0, 1000, 700), 300, 150, room)
    assert room.contains(QRect(inside.x(), inside.y(), 300, 150))
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(900, 600)
    card = TourCard(parent)
    moved: list[int] = []
    left: list[bool] = []
    card.moved.connect(moved.append)
    card.left.connect(lambda: left.append(True))
    card.show_step(TourStep(1, 6, "Title", "Text"), parent)
    assert not card.back.isEnabled()
    card.next.click()
    card.show_step(TourStep(6, 6, "Title", "Text"), parent)
    assert card.next.text() == "Done"
    card.back.click()
    card.skip.click()
    assert (moved, left) == ([1, -1], [True])
