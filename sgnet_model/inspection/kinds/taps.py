"""taps: where did each S-Conv look for this pixel? The probe, as an inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sgnet_model.inspection.finding import Check, Finding, Pixel, Taps
from sgnet_model.inspection.probe import probe, probe_json
from sgnet_model.inspection.protocol import Cost, Inspection, Need, Options

if TYPE_CHECKING:
    from sgnet_model.inspection.subject import Subject


class TapsOfPixel(Inspection):
    """The nine taps of every layer at the pixel, with their modulation."""

    name, title = "taps", "Where did each S-Conv look for this pixel?"
    needs, cost = Need.TRACES, Cost.CHEAP

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """`layers`: as `sgnet-model probe --json` prints them."""
        names = [trace.name for trace in subject.traces(options.layer)]
        prediction, frame = subject.prediction, subject.shown
        found = probe(prediction, *pixel, frame.depth_m, frame.intrinsics)
        layers = [layer for layer in found.layers if layer.name in names]
        parts = tuple(
            Taps(f"taps_{layer.name}", f"{layer.name}: taps", layer, layer.modulation, "modulation")
            for layer in layers
        )
        said = [layer for layer in probe_json(found)["layers"] if layer["name"] in names]
        off = abs(float(prediction.probabilities_at(*pixel).sum()) - 1)
        check = Check("the probabilities at the pixel add up to 1", off)
        score = subject.score(pixel, options.class_name)
        return Finding(self.name, pixel, score, (check,), parts, {"layers": said})


INSPECTION = TapsOfPixel()
