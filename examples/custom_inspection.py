"""An inspection of your own: which of a pixel's taps lie behind it, through depth?

python examples/custom_inspection.py rgb.png depth.png 320,240
"""

import sys

import numpy as np

import sgnet_model as sgnet
from sgnet_model.inspection.finding import Check, Finding, Taps
from sgnet_model.inspection.protocol import Cost, Inspection, Need
from sgnet_model.inspection.receptive_field import taps_at


class Behind(Inspection):
    """Metres from the pixel to each tap along the camera's axis; 0 where depth is missing."""

    name, title = "behind", "Which taps lie behind the pixel?"
    needs, cost = Need.TRACES, Cost.CHEAP

    def ask(self, subject, pixel, options):
        prediction, frame = subject.prediction, subject.shown
        here = frame.depth_m[pixel[1], pixel[0]]
        parts, behind = [], {}
        for trace in subject.traces(options.layer):
            layer = taps_at(
                trace,
                *pixel,
                prediction.network_size,
                prediction.size,
                frame.depth_m,
                frame.intrinsics,
            )
            metres = np.nan_to_num(layer.points_m[:, 2] - here)
            parts.append(Taps(f"behind_{trace.name}", self.title, layer, metres, "m"))
            behind[trace.name] = int((metres > 0.1).sum())
        known = sum(int(np.isfinite(part.layer.points_m).all(1).sum()) for part in parts)
        check = Check("taps counted behind beyond those that have depth", 0.0)
        values = {"behind": behind, "with_depth": known}
        return Finding(self.name, pixel, None, (check,), tuple(parts), values)


def main(rgb: str, depth: str, pixel: str) -> None:
    u, v = map(int, pixel.split(","))
    predictor = sgnet.Predictor.load(sgnet.default_checkpoint())
    found = sgnet.inspect(Behind(), predictor, sgnet.load_pair(rgb, depth), (u, v))
    for layer, count in found.values["behind"].items():
        print(f"{layer}: {count} of 9 taps lie more than 0.1 m behind")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(f"usage: {__doc__.strip().splitlines()[-1]}")
    main(*sys.argv[1:])
