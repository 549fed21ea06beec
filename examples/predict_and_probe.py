"""Segment an RGBD pair and ask where each S-Conv looked for one pixel.

python examples/predict_and_probe.py rgb.png depth.png 320,240
"""

import sys

import sgnet_model as sgnet


def main(rgb: str, depth: str, pixel: str) -> None:
    frame = sgnet.load_pair(rgb, depth)
    predictor = sgnet.Predictor.load(sgnet.default_checkpoint())
    prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    u, v = map(int, pixel.split(","))
    found = sgnet.probe(prediction, u, v, frame.depth_m, frame.intrinsics)
    print(f"pixel {u},{v} is {found.label_name}")
    for layer in found.layers:
        metres = "-" if layer.spread_m is None else f"{layer.spread_m:.3f} m"
        print(f"{layer.name}: its taps spread over {layer.spread_px:.1f} px, {metres}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(f"usage: {__doc__.strip().splitlines()[-1]}")
    main(*sys.argv[1:])
