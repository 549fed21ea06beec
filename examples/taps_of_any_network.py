"""Follow a pixel through the last deformable convolutions of a network: 9 points, 81, 729.

python examples/taps_of_any_network.py rgb.png depth.png 320,240 points.png
"""

import sys

import cv2
import torch

import sgnet_model as sgnet

SIZE = (480, 640)  # what the network is called with, height and width
COLOURS = ((0, 140, 255), (255, 160, 0), (60, 220, 60))  # of OpenCV: blue, green, red


def main(rgb: str, depth: str, pixel: str, out: str) -> None:
    frame = sgnet.load_pair(rgb, depth)
    u, v = map(int, pixel.split(","))

    # Put your network in the place of these three lines, and call it as you always do below.
    network = sgnet.load_checkpoint(sgnet.default_checkpoint())
    picture = sgnet.rgb_tensor(frame.rgb, SIZE)
    guide = sgnet.spatial_tensor(frame.depth_m, frame.intrinsics, SIZE, network.config)

    with torch.inference_mode(), sgnet.record_taps(network) as layers:
        network(picture, guide)

    for layer in layers:
        taps = layer.taps_at(u, v, frame.rgb.shape[:2])
        moved = " ".join(f"{x:.0f},{y:.0f}" for x, y in zip(taps.x, taps.y, strict=True))
        print(f"{layer.name}: {moved}")

    drawn = frame.rgb[..., ::-1].copy()  # OpenCV's order
    last = layers[-1:-4:-1]
    steps = sgnet.follow_taps(last, u, v, frame.rgb.shape[:2])
    for colour, (x, y) in reversed(list(zip(COLOURS, steps, strict=False))):
        for at in zip(x, y, strict=True):
            cv2.circle(drawn, (round(at[0]), round(at[1])), 2, colour, -1)
    cv2.drawMarker(drawn, (u, v), (255, 255, 255), cv2.MARKER_CROSS, 15, 2)
    cv2.imwrite(out, drawn)
    print(f"written: {out}")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(f"usage: {__doc__.strip().splitlines()[-1]}")
    main(*sys.argv[1:])
