"""What the taps of each layer do over a folder of RGBD frames: how far apart they lie, and whether
they stay on the surface and the class of their centre.

python examples/statistics_of_a_folder.py folder
"""

import sys

import sgnet_model as sgnet
from sgnet_model.inspection.measure_atlas import measure_atlas


def main(folder: str) -> None:
    predictor = sgnet.Predictor.load(sgnet.default_checkpoint())
    atlas = measure_atlas(predictor, sgnet.open_frames(folder)).to_json()
    for layer in atlas["layers"]:
        dilation, surface = layer["dilation"], layer["same_surface"]
        print(
            f"{layer['name']}: {dilation['px']['mean']:.1f} px between neighbours, "
            f"{surface['share']:.0%} on the same surface ({surface['regular']:.0%} without offsets)"
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {__doc__.strip().splitlines()[-1]}")
    main(*sys.argv[1:])
