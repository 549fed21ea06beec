"""The strip of layers: choice by mouse and keyboard, in both directions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from views_support import LAYERS, Heard, field_maps

from sgnet_viewer.views.probes.field_button import range_text
from sgnet_viewer.views.probes.layer_strip import LayerStrip

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(qtbot: QtBot) -> LayerStrip:
    widget = LayerStrip()
    qtbot.addWidget(widget)
    widget.resize(700, 130)
    widget.set_maps(field_maps())
    widget.show()
    return widget


def marked(strip: LayerStrip) -> list[str]:
    chosen = [button.layer for button in strip.buttons if button.isChecked()]
    return ["all", *chosen] if strip.all_button.isChecked() else chosen


def test_a_click_chooses_a_layer_and_the_mark_waits_for_the_setter(strip: LayerStrip) -> None:
    chosen = Heard(strip.chosen)
    QTest.mouseClick(strip.buttons[1], LEFT)
    assert chosen.said == ["layer1.1"]
    assert marked(strip) == ["all"]
    strip.set_layer("layer1.1")
    assert marked(strip) == ["layer1.1"]
    QTest.mouseClick(strip.all_button, LEFT)
    assert chosen.said == ["layer1.1", ""]


def test_a_double_click_is_for_the_large_map_and_says_whether_the_layer_was_chosen(
    strip: LayerStrip,
) -> None:
    chosen, enlarged = Heard(strip.chosen), Heard(strip.enlarged)
    strip.chosen.connect(strip.set_layer)
    kinds = QEvent.Type
    for _ in range(2):
        for kind in (kinds.MouseButtonPress, kinds.MouseButtonRelease, kinds.MouseButtonDblClick):
            at = QPointF(20, 20)
            pressed = LEFT if kind is not kinds.MouseButtonRelease else Qt.MouseButton.NoButton
            event = QMouseEvent(kind, at, at, LEFT, pressed, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(strip.buttons[1], event)
    assert enlarged.said == [("layer1.1", False), ("layer1.1", True)]
    assert set(chosen.said) == {"layer1.1"}


def test_space_on_a_focused_layer_chooses_it(strip: LayerStrip) -> None:
    chosen = Heard(strip.chosen)
    QTest.keyClick(strip.buttons[2], Qt.Key.Key_Space)
    assert chosen.said == ["layer2.0"]


def test_setters_are_silent(strip: LayerStrip) -> None:
    chosen = Heard(strip.chosen)
    strip.set_layer("layer2.0")
    strip.set_maps(field_maps(10))
    strip.set_maps(())
    strip.set_layer("")
    assert chosen.said == []


def test_the_same_layers_keep_their_buttons_and_show_the_new_maps(strip: LayerStrip) -> None:
    buttons, before = list(strip.buttons), strip.buttons[0].grab().toImage()
    strip.set_maps(field_maps(10))
    assert strip.buttons == buttons
    assert strip.buttons[0].grab().toImage() != before


def test_another_network_rebuilds_the_strip(strip: LayerStrip) -> None:
    strip.set_layer("layer1.0")
    strip.set_maps(
        tuple(replace(field, layer=f"layer4.{i}") for i, field in enumerate(field_maps()))
    )
    assert [button.layer for button in strip.buttons] == ["layer4.0", "layer4.1", "layer4.2"]
    assert marked(strip) == []


def test_the_map_is_drawn_in_its_proportions(strip: LayerStrip) -> None:
    button = strip.buttons[0]
    rect = button._picture_rect()
    assert rect.width() / rect.height() == pytest.approx(8 / 6, rel=0.02)
    centre = button.grab().toImage().pixelColor(rect.center().toPoint())
    assert np.abs(np.array(centre.getRgb()[:3]) - 200).max() <= 2


def test_names_ranges_and_constant_maps_are_told(strip: LayerStrip) -> None:
    assert [button.accessibleName() for button in strip.buttons] == [f"Layer {n}" for n in LAYERS]
    assert [range_text(field) for field in field_maps()] == ["0.5–3.2", "0.5–3.2", "constant"]
    assert "mid-grey" in strip.buttons[2].toolTip()


def test_the_empty_strip_says_what_it_will_show(strip: LayerStrip) -> None:
    strip.set_maps(())
    assert not strip.all_button.isVisible()
    assert "receptive field" in strip._empty.text()
    assert strip._empty.isVisible()


def test_the_chosen_layer_is_framed_in_its_hue(strip: LayerStrip) -> None:
    strip.set_layer("layer1.0")
    edge = strip.buttons[0].grab().toImage().pixelColor(QPoint(strip.buttons[0].width() // 2, 1))
    assert edge.green() > edge.red() + 60
