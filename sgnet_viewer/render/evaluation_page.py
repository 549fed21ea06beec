"""An evaluation of the open set: confusion matrix, reliability, scores by depth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sgnet_model.evaluation.bins import confidence_range_name, depth_range_name
from sgnet_viewer.contract.survey import Cell, Line, Selector, SurveyPlot, SurveyTable
from sgnet_viewer.render.survey_pages import Place, Places

if TYPE_CHECKING:  # it imports torch
    from sgnet_model.evaluation.cells import CellFrame
    from sgnet_model.evaluation.explored import Explored
    from sgnet_model.evaluation.results import Results

SHOWN = ("Confusion matrix", "Reliability", "By depth")
MATRIX, RELIABILITY, BY_DEPTH = range(3)
SHARES = ("share of the true class", "share of the predicted class", "pixels")
OF_TRUTH, OF_PREDICTION, PIXELS = range(3)
MEANS = (("acc", "accuracy"), ("macc", "mean accuracy"), ("miou", "mean IoU"))
HUES = ((90, 167, 247), (242, 184, 75), (63, 185, 131))
MOST_PLACES = 500


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationPage:
    """`explored`: with what lies behind the cells. `results`: the scores of the same frames."""

    explored: Explored
    results: Results

    def selectors(self, options: tuple[int, ...]) -> tuple[Selector, ...]:
        """What is shown, and of the matrix which number."""
        shown = Selector("Show", SHOWN, options[0])
        return (shown, Selector("as", SHARES, options[1])) if options[0] == MATRIX else (shown,)

    def summary(self) -> str:
        """The scores over all frames."""
        results, scores = self.results, self.results.scores
        skipped = f", {len(results.skipped)} skipped" if results.skipped else ""
        words = [f"{results.scored} of {results.frames} frames scored{skipped}"]
        words += [f"{title} {_percent(getattr(scores, key))}" for key, title in MEANS]
        ece, temperature = results.more.get("ece"), results.more.get("temperature")
        if ece is not None:
            words.append(f"calibration error {_percent(ece)}")
        if temperature is not None:
            words.append(f"best temperature {temperature:.2f}")
        return f"{results.settings.variant} on {results.settings.data}: {'; '.join(words)}."

    def table(self, options: tuple[int, ...]) -> SurveyTable:
        """As chosen."""
        if options[0] == MATRIX:
            return self._matrix(options[1])
        return self._bins() if options[0] == RELIABILITY else self._depths()

    def plot(self, options: tuple[int, ...]) -> SurveyPlot | None:
        """None beside the matrix."""
        if options[0] == MATRIX:
            return None
        return self._reliability() if options[0] == RELIABILITY else self._by_depth()

    def behind(self, options: tuple[int, ...], row: int, column: int) -> Places:
        """The frames of a cell, those with most of its pixels first."""
        cells, names = self.explored.cells, self.explored.scheme.classes
        if options[0] == MATRIX:
            truth, said = self._rows()[row], self._columns()[column]
            what = f"{names[truth]}, taken for {names[said]}"
            return self._places(what, cells.of_pair(truth, said))
        if options[0] == RELIABILITY:
            what = f"wrong with probability {confidence_range_name(row)}"
            return self._places(what, cells.of_confidence(row))
        bin = self._depth_bins()[row]
        return self._places(f"wrong at {self._depth_name(bin)}", cells.of_depth(bin))

    def _places(self, what: str, behind: Iterable[CellFrame]) -> Places:
        found = list(behind)
        places = tuple(
            Place(one.frame, one.pixel, self._place_text(one)) for one in found[:MOST_PLACES]
        )
        pixels = sum(one.pixels for one in found)
        frames = f"{len(found)} frame{'' if len(found) == 1 else 's'}"
        return Places(f"{what}: {pixels:,} pixels in {frames}", places)

    def _place_text(self, one: CellFrame) -> str:
        name = self.explored.names[one.frame]
        share = 100 * one.pixels / max(one.of, 1)
        return f"{name}  {one.pixels:,} px, {f'{share:.0f}' if share >= 0.5 else '<1'} %"

    # --- the matrix

    def _rows(self) -> list[int]:
        return np.flatnonzero(self.explored.tally.matrix.sum(1)).tolist()

    def _columns(self) -> list[int]:
        """Classes that were said, and those of the rows: the diagonal is a diagonal."""
        matrix = self.explored.tally.matrix
        return np.flatnonzero(matrix.sum(0) + matrix.sum(1)).tolist()

    def _matrix(self, share: int) -> SurveyTable:
        matrix, names = self.explored.tally.matrix, self.explored.scheme.classes
        rows, columns = self._rows(), self._columns()
        whole = {OF_TRUTH: matrix.sum(1, keepdims=True), OF_PREDICTION: matrix.sum(0)}.get(share)
        shares = matrix / np.maximum(matrix.sum() if whole is None else whole, 1)
        cells = tuple(
            tuple(
                self._cell(int(matrix[row, column]), float(shares[row, column]), share)
                for column in columns
            )
            for row in rows
        )
        return SurveyTable(
            tuple(names[column] for column in columns),
            tuple(names[row] for row in rows),
            cells,
            f"truth ↓  prediction →  {'pixels' if share == PIXELS else '%'}",
        )

    def _cell(self, pixels: int, part: float, share: int) -> Cell:
        if not pixels:
            return Cell("")
        text = f"{pixels:,}" if share == PIXELS else f"{100 * part:.0f}" if part >= 0.005 else "<1"
        return Cell(text, float(np.sqrt(part)), True, f"{pixels:,} pixels, {100 * part:.2f} %")

    # --- reliability

    def _bins(self) -> SurveyTable:
        found = self.explored.tally.more
        columns = ("pixels", "mean probability", "accuracy", "wrong")
        if found is None:
            return SurveyTable(columns, (), ())
        calibration = found.calibration
        total, rows = calibration.pixels.sum(), []
        for pixels, correct, sure in zip(
            calibration.pixels, calibration.correct, calibration.confidence, strict=True
        ):
            wrong = int(pixels - correct)
            known = pixels > 0
            rows.append(
                (
                    Cell(_percent(pixels / max(total, 1)), pixels / max(total, 1)),
                    Cell(_percent(sure / pixels if known else None)),
                    Cell(_percent(correct / pixels if known else None)),
                    Cell(f"{wrong:,}", wrong / max(total, 1), wrong > 0, "pixels"),
                )
            )
        return SurveyTable(
            columns, tuple(map(confidence_range_name, range(len(rows)))), tuple(rows), "bin"
        )

    def _reliability(self) -> SurveyPlot | None:
        found = self.explored.tally.more
        if found is None:
            return None
        calibration = found.calibration
        known = calibration.pixels > 0
        pixels = calibration.pixels[known]
        sure, right = calibration.confidence[known] / pixels, calibration.correct[known] / pixels
        measured = Line(
            "measured", HUES[0], tuple((100 * sure).tolist()), tuple((100 * right).tolist())
        )
        ideal = Line("as it says", None, (0.0, 100.0), (0.0, 100.0), dashed=True)
        ticks = tuple((20.0 * at, f"{20 * at}") for at in range(6))
        title = "Accuracy against the winner's probability; below the dashed line it is too sure"
        return SurveyPlot(
            title,
            (measured, ideal),
            ticks,
            (0.0, 100.0),
            x_title="probability of the winner, %",
            y_title="accuracy, %",
        )

    # --- by depth

    def _depth_rows(self) -> list[dict[str, Any]]:
        return list(self.results.more.get("by_depth") or [])

    def _depth_bins(self) -> list[int]:
        return [at for at, row in enumerate(self._depth_rows()) if row["pixels"]]

    def _depth_name(self, bin: int) -> str:
        row = self._depth_rows()[bin]
        return "missing depth" if row["missing"] else depth_range_name(row)

    def _depths(self) -> SurveyTable:
        rows, bins = self._depth_rows(), self._depth_bins()
        total = sum(row["pixels"] for row in rows)
        cells = tuple(
            (
                *(Cell(_percent(rows[bin][key]), rows[bin][key] or 0.0) for key, _ in MEANS),
                Cell(f"{rows[bin]['pixels']:,}", rows[bin]["pixels"] / max(total, 1)),
                Cell("frames", 0.0, True, "Those with most wrong pixels at this depth"),
            )
            for bin in bins
        )
        columns = (*(title for _, title in MEANS), "pixels", "wrong in")
        return SurveyTable(columns, tuple(map(self._depth_name, bins)), cells, "depth")

    def _by_depth(self) -> SurveyPlot | None:
        rows = [self._depth_rows()[bin] for bin in self._depth_bins()]
        known = [row for row in rows if not row["missing"]]
        if not known:
            return None
        places = tuple(float(at) for at in range(len(known)))
        lines = tuple(
            Line(title, hue, places, tuple(_hundredfold(row[key]) for row in known))
            for (key, title), hue in zip(MEANS, HUES, strict=True)
        )
        names = [self._depth_name(bin) for bin in self._depth_bins()]
        ticks = tuple(zip(places, names, strict=False))
        return SurveyPlot(
            "Scores by depth", lines, ticks, (0.0, 100.0), x_title="depth", y_title="score, %"
        )


def _hundredfold(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
