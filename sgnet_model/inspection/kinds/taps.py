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
        """`layers`: as `sgnet-model probe --json` prints them. A further check sums each layer's
        output again at them, see `tap_check`."""
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
        checks = [Check("the probabilities at the pixel add up to 1", off)]
        if options.check:
            checks.append(_summed_again(subject, pixel, names))
        score = subject.score(pixel, options.class_name)
        return Finding(self.name, pixel, score, tuple(checks), parts, {"layers": said})


INSPECTION = TapsOfPixel()


def _summed_again(subject: Subject, pixel: Pixel, names: list[str]) -> Check:
    """One more pass; the worst of the layers of these names."""
    from sgnet_model.inspection.tap_check import LayerMaps

    maps = LayerMaps.of(subject.network, subject.shown, subject.prediction)
    errors = maps.check(subject.prediction, pixel).errors
    worst = max(names, key=errors.__getitem__)
    return Check(
        "kernel times modulation times samples at the taps against what each layer put out, "
        f"relative to its norm, at worst in {worst}",
        errors[worst],
    )
