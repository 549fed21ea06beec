"""A window on a whole set: what is shown above, the table, the plot, and the frames behind."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.survey import Selector, SurveyModel
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.survey.line_plot import LinePlot
from sgnet_viewer.views.survey.survey_table import SurveyTableView

SIZE = (1100, 720)
CHOOSE = "Choose an underlined cell: the frames behind it stand here."


class SurveyWindow(QDialog):
    """Implements `contract.survey.SurveyView`; it does not block the main window."""

    run_requested: Signal = intent()
    cancel_requested: Signal = intent()
    export_requested: Signal = intent()
    option_chosen: Signal = intent(int, int)
    cell_chosen: Signal = intent(int, int)
    place_chosen: Signal = intent(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(title)
        self.resize(*SIZE)
        self._built = False

    def _build(self) -> None:
        """When it is first shown something: the main window does not wait for it."""
        self._built = True
        self.run, self.cancel = QPushButton("Run over the set"), QPushButton("Cancel")
        self.export = QPushButton("Export report…")
        self.progress = QProgressBar()
        self.sentence, self.summary, self.heading = QLabel(), QLabel(), QLabel()
        for label in (self.sentence, self.summary, self.heading):
            label.setWordWrap(True)
        self.sentence.setProperty("muted", True)
        self.table, self.plot, self.places = SurveyTableView(), LinePlot(), QListWidget()
        self.places.setAccessibleName("Frames behind the cell")
        self.combos: list[QComboBox] = []
        self._titles: list[QLabel] = []
        self._lay_out()
        self._connect()

    def show_survey(self) -> None:
        """Brings it to the front."""
        available = self.screen().availableSize()
        self.resize(self.size().boundedTo(available))
        self.show()
        self.raise_()
        self.activateWindow()

    def set_model(self, model: SurveyModel) -> None:
        """Everything that is known now."""
        if not self._built:
            self._build()
        self.sentence.setText(model.refusal or model.sentence)
        self.sentence.setVisible(bool(self.sentence.text()))
        self.run.setVisible(not model.running)
        self.run.setEnabled(not model.refusal)
        self.cancel.setVisible(model.running)
        self.progress.setVisible(model.running)
        self.progress.setRange(0, 0 if model.progress is None else 100)
        self.progress.setValue(round(100 * (model.progress or 0.0)))
        self.export.setEnabled(model.table is not None)
        self._set_selectors(model.selectors)
        self.summary.setText(model.summary)
        self.summary.setVisible(bool(model.summary))
        self.table.set_table(model.table)
        self.plot.set_plot(model.plot)
        self._show_body(model.table is not None or model.plot is not None)
        self.heading.setText(model.heading or (CHOOSE if model.table is not None else ""))
        texts = [self.places.item(at).text() for at in range(self.places.count())]
        if texts != list(model.places):
            self.places.clear()
            self.places.addItems(list(model.places))

    def _show_body(self, shown: bool) -> None:
        """Before there is anything to see, the button to run it stands in the middle."""
        self._body.setVisible(shown)
        self.export.setVisible(shown)
        centre, left = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignLeft
        self.sentence.setAlignment(left if shown else centre)
        for layout, place in ((self._column, 0), (self._column, -1), (self._top, 0)):
            layout.setStretch(place % layout.count(), 0 if shown else 1)

    def _set_selectors(self, selectors: tuple[Selector, ...]) -> None:
        while len(self.combos) < len(selectors):
            self._add_selector()
        for at, (combo, title) in enumerate(zip(self.combos, self._titles, strict=True)):
            selector = selectors[at] if at < len(selectors) else None
            combo.setVisible(selector is not None)
            title.setVisible(selector is not None)
            if selector is None:
                continue
            title.setText(selector.title)
            combo.setAccessibleName(selector.title)
            combo.blockSignals(True)
            if [combo.itemText(row) for row in range(combo.count())] != list(selector.options):
                combo.clear()
                combo.addItems(list(selector.options))
            combo.setCurrentIndex(selector.chosen)
            combo.blockSignals(False)

    def _add_selector(self) -> None:
        combo, title, at = QComboBox(), QLabel(), len(self.combos)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.currentIndexChanged.connect(lambda index: self.option_chosen.emit(at, index))
        self.combos.append(combo)
        self._titles.append(title)
        place = self._bar.count() - 1  # before the stretch
        self._bar.insertWidget(place, title)
        self._bar.insertWidget(place + 1, combo)

    def _connect(self) -> None:
        self.run.clicked.connect(lambda: self.run_requested.emit())
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit())
        self.export.clicked.connect(lambda: self.export_requested.emit())
        self.table.cell_chosen.connect(self.cell_chosen.emit)
        self.places.currentRowChanged.connect(self._choose_place)
        self.places.itemActivated.connect(lambda _: self._choose_place(self.places.currentRow()))

    def _choose_place(self, row: int) -> None:
        if row >= 0:
            self.place_chosen.emit(row)

    def _lay_out(self) -> None:
        self._top = top = QHBoxLayout()
        top.addStretch()
        for button in (self.run, self.cancel):
            button.setAutoDefault(False)
            top.addWidget(button)
        top.addWidget(self.progress)
        self._bar = QHBoxLayout()
        self._bar.addStretch(1)
        top.addLayout(self._bar, 1)
        self.export.setAutoDefault(False)
        top.addWidget(self.export)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.table)
        left.addWidget(self.plot)
        left.setStretchFactor(0, 3)
        left.setStretchFactor(1, 2)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.places, 1)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(left)
        both.addWidget(right)
        both.setStretchFactor(0, 4)
        both.setStretchFactor(1, 1)
        both.setSizes([SIZE[0] - 280, 280])
        self._body = both
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP, STEP, STEP)
        layout.addStretch()
        layout.addWidget(self.sentence)
        layout.addLayout(top)
        layout.addWidget(self.summary)
        layout.addWidget(both, 1)
        layout.addStretch()
