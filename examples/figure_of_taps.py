"""Draw one layer's taps of a pixel over the picture, larger where they weigh more.

python examples/figure_of_taps.py rgb.png depth.png 320,240 layer2.3 taps.png
"""

import sys

import cv2

import sgnet_model as sgnet


def main(rgb: str, depth: str, pixel: str, name: str, out: str) -> None:
    frame = sgnet.load_pair(rgb, depth)
    predictor = sgnet.Predictor.load(sgnet.default_checkpoint())
    prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    u, v = map(int, pixel.split(","))
    found = sgnet.probe(prediction, u, v, frame.depth_m, frame.intrinsics)
    layers = {layer.name: layer for layer in found.layers}
    if name not in layers:
        sys.exit(f"There is no layer {name}: choose one of {', '.join(layers)}.")
    layer = layers[name]
    picture = frame.rgb[..., ::-1].copy()  # OpenCV's order
    for x, y, weight in zip(layer.x, layer.y, layer.modulation, strict=True):
        cv2.circle(picture, (round(x), round(y)), 2 + round(6 * weight), (0, 140, 255), -1)
    cv2.drawMarker(picture, (u, v), (255, 255, 255), cv2.MARKER_CROSS, 15, 2)
    cv2.imwrite(out, picture)
    print(f"written: {out}")


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(f"usage: {__doc__.strip().splitlines()[-1]}")
    main(*sys.argv[1:])
