"""Frames of your own camera: arrays and a pinhole camera instead of files.

python examples/custom_camera.py
"""

import numpy as np

import sgnet_model as sgnet


def read_camera() -> sgnet.Frame:
    """Here your driver's frame: colours as uint8, depth in metres with 0 where it is missing."""
    v, u = np.mgrid[0:240, 0:320]
    rgb = np.stack((u * 255 // 319, v * 255 // 239, 128 + 0 * u), -1).astype(np.uint8)
    depth_m = (2.5 + 0.002 * u).astype(np.float32)
    camera = sgnet.Intrinsics(fx=280, fy=280, cx=159.5, cy=119.5, width=320, height=240)
    return sgnet.Frame("my camera", rgb, depth_m, camera)


def main() -> None:
    frame = read_camera()
    predictor = sgnet.Predictor.load(sgnet.default_checkpoint(), size=None)  # fed as it is
    prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    found = sgnet.probe(prediction, 160, 120, frame.depth_m, frame.intrinsics)
    print(f"the middle is {found.label_name}, {found.depth_m:.2f} m away at {found.xyz_m}")


if __name__ == "__main__":
    main()
