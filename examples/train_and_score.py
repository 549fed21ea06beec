"""Train a network and score it, in a loop of your own.

python examples/train_and_score.py folder-of-frames-with-ground-truth
"""

import sys
from dataclasses import replace

import cv2
import numpy as np
import torch

import sgnet_model as sgnet

SIZE = (96, 128)  # (height, width) of what the network is fed
STEPS = 10
VOID = 255  # of a target: not counted


def inputs(frame, config):
    """(1, 3, h, w) and (1, c', h, w), made as everywhere in this program."""
    spatial = sgnet.spatial_tensor(frame.depth_m, frame.intrinsics, SIZE, config)
    return sgnet.rgb_tensor(frame.rgb, SIZE), spatial


def target(frame):
    """(1, h, w) class indices. A frame's labels are 0 for void, and k for class k - 1."""
    labels = cv2.resize(frame.labels, SIZE[::-1], interpolation=cv2.INTER_NEAREST)
    indices = torch.from_numpy(labels.astype(np.int64) - 1)[None]
    return indices.masked_fill(indices < 0, VOID)


def mirrored(tensor):
    """With the mirror image behind it: a norm over the whole map needs two pictures."""
    return torch.cat([tensor, tensor.flip(-1)])


def main(folder: str) -> None:
    frames = sgnet.open_frames(folder)
    scheme = frames[0].label_scheme
    config = replace(sgnet.VARIANTS["sgnet-compact"], classes=len(scheme.classes), width=16)
    network = sgnet.build(config, scheme)
    weights = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.SGD(weights, lr=0.01, momentum=0.9)
    for step in range(STEPS):
        frame = frames[step % len(frames)]
        output = network(*map(mirrored, inputs(frame, config)))
        loss = sgnet.segmentation_loss(output, mirrored(target(frame)), auxiliary_weight=0.4)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        print(f"step {step}: loss {loss.item():.3f}")
    predictor = sgnet.Predictor(network.eval(), size=SIZE)  # the weights of this moment
    matrix = 0
    for frame in frames:
        prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
        matrix = matrix + sgnet.confusion(frame.labels, prediction.labels, config.classes)
    found = sgnet.scores(matrix)
    print(f"pixel accuracy {found.acc:.1%}, mean IoU {found.miou:.1%} over {len(frames)} frames")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {__doc__.strip().splitlines()[-1]}")
    main(*sys.argv[1:])
