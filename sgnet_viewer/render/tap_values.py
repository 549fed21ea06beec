"""A number for every tap of one probe, as colours: what an inspection said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sgnet_model.colour import Ramp, diverging_image, ramp_colours, ramp_image
from sgnet_model.inspection.finding import Finding, Taps
from sgnet_viewer.contract.picture import ColourBar
from sgnet_viewer.render.layer_colours import Rgb


@dataclass(frozen=True, slots=True, eq=False)
class TapValues:
    """At `pixel`, (u, v). `values`: by layer, (9,) float64. `bar`: their scale, the same for every
    layer; zero is fixed in the middle where they have either sign."""

    pixel: tuple[int, int]
    values: Mapping[str, NDArray[np.float64]]
    bar: ColourBar

    @classmethod
    def of(cls, finding: Finding) -> Self | None:
        """Those of a finding; None where it says nothing of taps."""
        parts = [part for part in finding.parts if isinstance(part, Taps)]
        if not parts:
            return None
        values = {part.layer.name: part.values for part in parts}
        every = np.concatenate(list(values.values()))
        limit = float(np.abs(every).max())
        title = f"taps: {parts[0].unit}"
        if (every < 0).any():
            steps = diverging_image(np.linspace(-1, 1, 256)[None], 1.0)[0]
            return cls(finding.pixel, values, ColourBar(title, "", -limit, limit, steps))
        return cls(
            finding.pixel, values, ColourBar(title, "", 0.0, limit, ramp_colours(Ramp.VIRIDIS))
        )

    def colours(self, layer: str) -> tuple[Rgb, ...] | None:
        """Of its nine taps; None where nothing is said of the layer."""
        values = self.values.get(layer)
        if values is None:
            return None
        high = self.bar.high
        if self.bar.low < 0:
            image = diverging_image(values[None], high)
        else:
            image = ramp_image(values[None], 0.0, high, Ramp.VIRIDIS)
        return tuple((int(red), int(green), int(blue)) for red, green, blue in image[0])
