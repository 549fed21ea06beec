"""Dialogues, theme, readout, labels: the small parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFont, QHelpEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from views_support import GREEN, Counted, probe_card, settle

from sgnet_model.resources import asset_dir
from sgnet_viewer.contract.window import PairChoice, Readout
from sgnet_viewer.render.bar_text import number
from sgnet_viewer.views.kit import theme as theme_module
from sgnet_viewer.views.kit.colours import DARK, LIGHT, Colours
from sgnet_viewer.views.kit.elided_combo import ElidedCombo
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.theme import Theme, ThemeChoice, colours_for, is_dark
from sgnet_viewer.views.picture.readout_bar import ReadoutBar, class_text, columns, in_words
from sgnet_viewer.views.probes.class_bars import ClassBars
from sgnet_viewer.views.probes.layer_table import LayerTable
from sgnet_viewer.views.probes.probe_cards import ProbeCards
from sgnet_viewer.views.window.camera_dialog import normalised
from sgnet_viewer.views.window.pair_dialog import PairDialog

LEFT = Qt.MouseButton.LeftButton
READ = Readout(12, 3, 2.5, (-0.5, 0.25, 2.5), "bed", GREEN, 0.9, "sofa")


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    yield Theme(qapp, ThemeChoice.DARK)
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


def contrast(one: str, other: str) -> float:
    """Of two colours, as the Web Content Accessibility Guidelines define it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [DARK, LIGHT])
def test_text_is_readable_on_every_ground(colours: Colours) -> None:
    for behind in (colours.window, colours.panel, colours.raised, colours.hover):
        assert contrast(colours.text, behind) >= 7
        assert contrast(colours.muted, behind) >= 4.5
        for told in (colours.info, colours.warning, colours.error):
            assert contrast(told, behind) >= 4.0


def test_the_theme_changes_palette_and_sheet(theme: Theme, qapp: QApplication) -> None:
    assert is_dark(qapp.palette())
    assert DARK.window in qapp.styleSheet()
    theme.choose(ThemeChoice.LIGHT)
    assert not is_dark(qapp.palette())
    assert LIGHT.window in qapp.styleSheet()


@pytest.mark.parametrize(("name", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_drawings_of_the_sheet_have_the_colours_of_the_theme(name: str, colours: Colours) -> None:
    drawings = {"tick": colours.on_accent, "down": colours.muted}
    for drawing, colour in drawings.items():
        text = (asset_dir() / "icons" / f"{drawing}_{name}.svg").read_text()
        assert f'stroke="{colour}"' in text, drawing


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_a_mark_is_more_than_a_colour_and_focus_is_not_in_the_words(
    theme: Theme, qtbot: QtBot, kind: type[QCheckBox | QRadioButton]
) -> None:
    theme.choose(ThemeChoice.DARK)
    box = kind("words")
    qtbot.addWidget(box)
    box.setChecked(True)
    box.resize(160, 24)
    image = box.grab().toImage()
    around = [image.pixelColor(x, y) for x in range(1, 14) for y in range(4, 20)]
    assert sum(colour.lightness() < 30 for colour in around) >= 8  # the tick, or the dot
    box.setFocus()
    assert box.palette().color(QPalette.ColorRole.WindowText).name() == DARK.text


def test_buttons_of_a_dialogue_have_no_icons(theme: Theme, qtbot: QtBot) -> None:
    theme.choose(ThemeChoice.LIGHT)
    kinds = QDialogButtonBox.StandardButton
    buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.Close)
    qtbot.addWidget(buttons)
    assert all(button.icon().isNull() for button in buttons.buttons())


def test_figures_are_tabular(theme: Theme, qapp: QApplication) -> None:
    assert theme.choice is ThemeChoice.DARK
    assert qapp.font().featureValue(QFont.Tag("tnum")) == 1


def test_the_system_is_followed_only_when_asked(
    theme: Theme, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window of another test may not be deleted yet and follow it: what is applied is watched."""
    applied: list[ThemeChoice] = []

    def watched(choice: ThemeChoice) -> Colours:
        applied.append(choice)
        return colours_for(choice)

    theme.choose(ThemeChoice.LIGHT)
    monkeypatch.setattr(theme_module, "colours_for", watched)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert ThemeChoice.LIGHT not in applied
    theme.choose(ThemeChoice.SYSTEM)
    applied.clear()
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert ThemeChoice.SYSTEM in applied
    light = qapp.styleHints().colorScheme() is Qt.ColorScheme.Light
    assert is_dark(qapp.palette()) is not light


def test_icons_follow_the_theme(theme: Theme, qtbot: QtBot) -> None:
    button = IconButton("close", "Close")
    qtbot.addWidget(button)
    button.show()
    dark = button.icon().pixmap(16, 16).toImage()
    theme.choose(ThemeChoice.LIGHT)
    QApplication.processEvents()
    assert button.icon().pixmap(16, 16).toImage() != dark


def test_pair_dialog_wants_a_picture_and_takes_its_depth(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = PairDialog(("mm", "m"))
    qtbot.addWidget(dialog)
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Open)
    assert not ok.isEnabled()
    QTest.keyClicks(dialog.depth_field.edit, "/data/depth.png")
    assert not ok.isEnabled()
    dialog.depth_field.edit.clear()
    QTest.keyClicks(dialog.rgb_field.edit, "/data/rgb.png")
    assert ok.isEnabled()  # its depth is looked for
    assert dialog.choice == PairChoice("/data/rgb.png", "", "", "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/data/depth.png", ""))
    QTest.mouseClick(dialog.depth_field.browse, LEFT)
    assert dialog.choice == PairChoice("/data/rgb.png", "/data/depth.png", "", "")
    dialog.unit.setCurrentText("m")
    QTest.keyClicks(dialog.camera, "1,2,3,4 ")
    assert dialog.choice == PairChoice("/data/rgb.png", "/data/depth.png", "m", "1,2,3,4")


def test_browsing_in_vain_keeps_what_was_typed(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = PairDialog(())
    qtbot.addWidget(dialog)
    dialog.rgb_field.edit.setText("/data/rgb.png")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    QTest.mouseClick(dialog.rgb_field.browse, LEFT)
    assert dialog.choice.rgb == "/data/rgb.png"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("518.9,519.5,325.6,253.7", "518.9,519.5,325.6,253.7"),
        (" 518.9 519.5  325.6, 253.7 ", "518.9,519.5,325.6,253.7"),
        ("518.9,519.5,325.6", ""),
        ("518.9,519.5,325.6,253.7,1", ""),
        ("a,b,c,d", ""),
        ("0,519,320,240", ""),
        ("nan,519,320,240", ""),
        ("500,500,-3,240", "500,500,-3,240"),
    ],
)
def test_intrinsics_are_four_numbers(text: str, result: str) -> None:
    assert normalised(text) == result


def test_readout_columns_and_words() -> None:
    assert [text for _, text, _ in columns(READ)] == ["12", "3", "2.50 m", "−0.50", "0.25", "2.50"]
    assert class_text(READ) == "bed  0.90  (truth: sofa)"
    nearly = replace(READ, xyz_m=(-0.004, 0.004, 2.5))
    assert [text for _, text, _ in columns(nearly)][3:5] == ["0.00", "0.00"]
    missing = Readout(12, 3, None, None, None, None, None)
    assert [text for _, text, _ in columns(missing)][2:] == ["–"] * 4
    assert in_words(READ).startswith("u 12, v 3, depth 2.50 m, x −0.50")


def test_readout_columns_do_not_dance(qtbot: QtBot) -> None:
    bar = ReadoutBar()
    qtbot.addWidget(bar)
    bar.resize(700, 24)
    wide = Readout(1279, 719, 12.25, (-10.25, -10.25, 12.25), "bed", GREEN, 0.9)
    places = []
    for readout in (READ, wide):
        bar.set_readout(readout)
        image = bar.grab().toImage()
        row = range(image.width())
        middle = image.height() // 2 + 1
        swatch = [x for x in row if image.pixelColor(x, middle).getRgb()[:3] == GREEN]
        places.append(swatch[0])
    assert places[0] == places[1]
    bar.set_readout(None)
    assert bar.accessibleDescription() == ""


def test_what_says_the_same_is_not_painted_anew(qtbot: QtBot) -> None:
    bar = ReadoutBar()
    qtbot.addWidget(bar)
    bar.set_readout(READ)
    bar.show()
    settle()
    painted = Counted(bar, QEvent.Type.Paint)
    bar.set_readout(replace(READ))
    settle()
    assert painted.count == 0
    bar.set_readout(None)
    settle()
    assert painted.count == 1


def test_bars_ask_for_room_only_where_there_are_more_or_fewer(qtbot: QtBot) -> None:
    card = QWidget()
    qtbot.addWidget(card)
    bars, label = ClassBars(), ElidedLabel()
    column = QVBoxLayout(card)
    column.addWidget(bars)
    column.addWidget(label)
    bars.set_classes((("bed", GREEN, 0.5),))
    label.setText("bed")
    card.show()
    settle()
    asked = Counted(card, QEvent.Type.LayoutRequest)
    bars.set_classes((("wall", GREEN, 0.25),))
    label.setText("bed")
    settle()
    assert asked.count == 0
    bars.set_classes((("wall", GREEN, 0.25), ("bed", GREEN, 0.25)))
    settle()
    assert asked.count == 1
    assert bars.height() >= bars.sizeHint().height()


def test_a_long_text_is_shortened_and_told_whole_on_hover(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("a_very_long_name_of_a_frame_0433.png 640×480")
    assert label.toolTip() == label.text()
    assert label.minimumSizeHint().width() < label.sizeHint().width() / 3
    label.resize(label.sizeHint())
    beginning = label.grab().toImage().copy(0, 0, 90, label.height())
    label.resize(90, label.height())
    assert label.grab().toImage() != beginning  # shortened in the middle, not cut


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (9.871, "9.87"),
        (99.99, "99.99"),
        (120.4, "120"),
        (-0.0788, "−0.079"),
        (0.0201, "0.020"),
        (0.00131, "0.0013"),
        (2.14e-4, "2.1e−4"),
        (-0.5, "−0.50"),
    ],
)
def test_numbers_of_the_colour_bar(value: float, text: str) -> None:
    assert number(value) == text


def test_a_long_choice_is_shortened_and_whole_on_hover(qtbot: QtBot) -> None:
    combo = ElidedCombo("The question")
    qtbot.addWidget(combo)
    combo.addItems(["Where, through all layers together, could this pixel look?", "Short"])
    combo.resize(200, 28)
    combo.show()
    assert combo.shown_text().startswith("Where, through")
    assert combo.shown_text().endswith("…")
    at = combo.rect().center()
    QApplication.sendEvent(combo, QHelpEvent(QEvent.Type.ToolTip, at, combo.mapToGlobal(at)))
    assert combo.toolTip() == combo.currentText()
    combo.setCurrentIndex(1)
    assert combo.shown_text() == "Short"
    combo.setCurrentIndex(0)
    combo.resize(800, 28)
    assert combo.shown_text() == combo.currentText()


def test_in_a_narrow_pane_the_line_under_the_picture_keeps_the_class(qtbot: QtBot) -> None:
    bar = ReadoutBar()
    qtbot.addWidget(bar)
    bar.show()
    readout = Readout(330, 310, 3.42, (0.03, 0.37, 3.42), "wall", (255, 0, 0), 1.0, None)
    bar.set_readout(readout)
    red = []
    for width in (330, 900):
        bar.resize(width, bar.sizeHint().height())
        settle()
        image = bar.grab().toImage()
        red.append(
            [
                x
                for x in range(width)
                if image.pixelColor(x, image.height() // 2).red() > 200
                and image.pixelColor(x, image.height() // 2).green() < 90
            ]
        )
    assert all(red)  # its swatch is in sight
    assert red[0][0] < 250 < red[1][0]  # the position has its columns where there is room


@pytest.mark.usefixtures("theme")
def test_the_head_of_a_faint_cards_table_is_no_darker_than_the_card(qtbot: QtBot) -> None:
    cards = ProbeCards()
    qtbot.addWidget(cards)
    cards.resize(400, 500)
    cards.set_cards((probe_card(1),), 1)
    cards.show()
    cards.set_stale(True)
    settle()
    table = cards.cards[0].findChild(LayerTable)
    image, corner = cards.grab().toImage(), table.mapTo(cards, QPoint())
    column = corner + QPoint(table.horizontalHeader().width() // 2 - 60, 0)
    assert image.pixelColor(column + QPoint(0, 4)) == image.pixelColor(column - QPoint(0, 4))
