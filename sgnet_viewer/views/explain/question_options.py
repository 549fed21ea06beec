"""What the chosen question is asked with: whose logit is explained, which noise the depth has."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from sgnet_viewer.contract.explain import ExplainModel
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.explain.noise_chooser import NoiseChooser
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

MARGIN = "Winner over runner-up"


class QuestionOptions(QWidget):
    """A line for each option on which the answer depends; hidden where there is none."""

    class_chosen: Signal = intent(str)  # "" for the margin

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = QComboBox()
        self.classes.setAccessibleName("The class that is explained")
        self.classes.setToolTip("The margin at the pixel, or one class's logit")
        self.classes.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.noise = NoiseChooser()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(STEP)
        self._form.addRow("Explain", self.classes)
        self._form.addRow("Noise", self.noise)
        self._names: tuple[str, ...] = ()
        self.classes.activated.connect(
            lambda index: self.class_chosen.emit(self._names[index - 1] if index else "")
        )

    def set_model(self, model: ExplainModel) -> None:
        """What can be chosen and what is; silent."""
        self.setVisible(bool(model.classes or model.noise))
        self._form.setRowVisible(0, bool(model.classes))
        self._form.setRowVisible(1, bool(model.noise))
        if model.classes:
            self._set_classes(model)
        if model.noise:
            self.noise.set_noise(model.noise)

    def _set_classes(self, model: ExplainModel) -> None:
        """One that this network does not know stays named until another is chosen."""
        chosen = model.class_name
        strange = () if chosen in ("", *model.classes) else (chosen,)
        names = (*sorted(model.classes), *strange)
        with QSignalBlocker(self.classes):
            if names != self._names:
                self._names = names
                self.classes.clear()
                self.classes.addItems([MARGIN, *names])
            self.classes.setCurrentIndex(names.index(chosen) + 1 if chosen else 0)
