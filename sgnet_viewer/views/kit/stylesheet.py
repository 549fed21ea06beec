"""The style sheet: what the palette alone cannot say."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from sgnet_model.resources import asset_dir
from sgnet_viewer.views.kit.colours import DARK, Colours

_SHEET = Template(
    """
QMainWindow::separator { background: $window; width: 5px; height: 5px; }
QMainWindow::separator:hover { background: $accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }
QMenuBar { background: $window; padding: 0 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $panel; border: 1px solid $border; padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 24px; }
QMenu::item:selected { background: $hover; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px 0; }
QToolBar { background: $window; border: 0; border-bottom: 1px solid $border;
    spacing: 6px; padding: 3px 8px; }
QStatusBar { background: $window; border-top: 1px solid $border; }
QStatusBar::item { border: 0; }
QDockWidget { color: $muted; }
QDockWidget::title { background: $window; padding: 6px 8px 4px 8px; text-align: left; }
QDockWidget > QWidget { background: $panel; }

QToolButton, QPushButton { background: $raised; color: $text; border: 1px solid $border;
    border-radius: 4px; padding: 3px 9px; min-height: 18px; }
QToolButton:hover, QPushButton:hover { background: $hover; }
QToolButton:pressed, QPushButton:pressed { background: $border; }
QToolButton:checked, QPushButton:checked { background: $accent; color: $on_accent;
    border-color: $accent; }
QToolButton#qt_toolbar_ext_button { padding: 0; min-width: 16px; }
QFileDialog QToolButton { padding: 1px; min-height: 0; }
QPushButton[quiet="true"] { padding: 3px 6px; }
QPushButton[quiet="true"]:checked { background: $hover; color: $text; border: 2px solid $accent; }
QToolButton:focus, QPushButton:focus { border-color: $accent; }
QToolButton:checked:focus { border-color: $text; }
QToolButton:disabled, QPushButton:disabled { color: $disabled; }
QToolButton[popupMode="2"] { padding-right: 18px; }
QToolButton::menu-indicator { subcontrol-position: right center; right: 5px; }
QToolButton[flat="true"], QPushButton[flat="true"] { background: transparent;
    border-color: transparent; padding: 2px 5px; }
QToolButton[flat="true"]:hover, QPushButton[flat="true"]:hover { background: $hover; }
QToolButton[flat="true"]:focus, QPushButton[flat="true"]:focus { border-color: $accent; }
QToolButton[flat="true"]:checked { background: $accent; color: $on_accent; }
QPushButton[guess="true"] { color: $warning; border: 1px solid $warning; padding: 1px 6px;
    background: transparent; }
QLabel[unsure="true"] { color: $warning; }
QPushButton[guess="true"]:hover { background: $hover; }
QToolButton[segment="first"] { border-top-right-radius: 0; border-bottom-right-radius: 0; }
QToolButton[segment="middle"] { border-radius: 0; border-left: 0; }
QToolButton[segment="last"] { border-top-left-radius: 0; border-bottom-left-radius: 0;
    border-left: 0; }

QLineEdit { background: $raised; border: 1px solid $border;
    border-radius: 4px; padding: 3px 6px; selection-background-color: $accent;
    selection-color: $on_accent; }
QLineEdit:focus { border-color: $accent; }
QComboBox { background: $raised; color: $text; border: 1px solid $border; border-radius: 4px;
    padding: 3px 6px; min-height: 18px; }
QComboBox:hover { background: $hover; }
QComboBox:focus { border-color: $accent; }
QComboBox:disabled { color: $disabled; }
QComboBox::drop-down { border: 0; width: 20px; }
QComboBox::down-arrow { image: url("$icons/down_$theme.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $border;
    selection-background-color: $hover; selection-color: $text; }
QAbstractSpinBox { background: $raised; color: $text; border: 1px solid $border;
    border-radius: 4px; padding: 1px 3px; min-height: 20px; selection-background-color: $accent;
    selection-color: $on_accent; }
QAbstractSpinBox:hover { background: $hover; }
QAbstractSpinBox:focus { border-color: $accent; }
QAbstractSpinBox:disabled { color: $disabled; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { background: transparent; border: 0;
    padding: 0 3px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 18px;
    border-radius: 3px; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right;
    margin: 1px 1px 0 0; }
QAbstractSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right;
    margin: 0 1px 1px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $border; }
QAbstractSpinBox::up-arrow { image: url("$icons/up_$theme.svg"); width: 11px; height: 11px; }
QAbstractSpinBox::down-arrow { image: url("$icons/down_$theme.svg"); width: 11px; height: 11px; }
QListView::item:selected { background: $hover; color: $text; border-left: 2px solid $accent; }
QTreeView::item { padding: 2px 3px; }
QTreeView::item:selected { background: $hover; color: $text; }
QListView::item:hover, QTreeView::item:hover { background: $raised; }
QListView, QTreeView, QTableView, QPlainTextEdit, QTextBrowser { background: $panel; border: 0;
    outline: 0; }
QTableView { border: 1px solid transparent; }
QTableView:focus { border-color: $accent; }
QTableView::item:selected { background: $hover; color: $text; border-bottom: 2px solid $accent; }
QTableView::item:focus { background: $hover; color: $text; }
QPlainTextEdit { border: 1px solid $border; }
QHeaderView::section { background: $panel; color: $muted; border: 0;
    border-bottom: 1px solid $border; padding: 1px 3px; }
QScrollArea { background: $panel; border: 0; }
QScrollArea > QWidget > QWidget { background: $panel; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 6px;
    background: $text; border: 1px solid $window; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; }
QSlider::sub-page:horizontal:disabled { background: $border; }
QSlider::handle:horizontal:disabled { background: $muted; }
QProgressBar { background: $raised; border: 1px solid $border; border-radius: 4px;
    text-align: center; max-height: 14px; color: $text; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QCheckBox::indicator { width: 12px; height: 12px; border: 1px solid $muted; border-radius: 3px;
    background: $raised; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
    image: url("$icons/tick_$theme.svg"); }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid $muted; border-radius: 7px;
    background: $raised; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid $accent;
    background: $on_accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $text; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; }
QCheckBox::indicator:checked:disabled { background: $muted; border-color: $muted; }
QRadioButton::indicator:checked:disabled { border-color: $muted; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }

QLabel[muted="true"], QLabel[check="good"] { color: $muted; }
QLabel[check="bad"] { color: $error; font-weight: bold; }
QLabel[plate="true"] { background: rgba(0, 0, 0, 165); color: #f4f6f8; border-radius: 4px;
    padding: 5px 10px; }
QLabel[held="true"] { border: 1px solid $accent; }
QFrame[card="true"] { background: $raised; border: 1px solid $border; border-radius: 6px; }
QFrame[card="true"][active="true"] { border: 1px solid $accent; }
QFrame[card="true"] QTableView, QFrame[card="true"] QHeaderView::section { background: $raised; }
QFrame[notice="info"], QFrame[notice="warning"], QFrame[notice="error"] { background: $raised;
    border: 1px solid $border; border-radius: 4px; }
QFrame[notice="info"] { border-left: 4px solid $info; }
QFrame[notice="warning"] { border-left: 4px solid $warning; }
QFrame[notice="error"] { border-left: 4px solid $error; }
"""
)


def style_sheet(colours: Colours) -> str:
    """The application's Qt style sheet."""
    theme = "dark" if colours is DARK else "light"
    icons = (asset_dir() / "icons").as_posix()
    return _SHEET.substitute(asdict(colours), theme=theme, icons=icons)
