"""S-Conv in a network of your own: it learns from made-up depth what is near and what is far.

python examples/s_conv_in_a_network.py
"""

import torch
import torch.nn.functional as F
from torch import nn

import sgnet_model as sgnet


class Block(nn.Module):
    """What a 3x3 convolution, a norm and a ReLU would be, guided by depth."""

    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv = sgnet.SConv(channels_in, channels_out, stride=stride, projector_channels=16)
        self.norm = nn.BatchNorm2d(channels_out)

    def forward(self, x, depth_m):
        return torch.relu(self.norm(self.conv(x, depth_m).features))


class Network(nn.Module):
    """Two blocks and a classifier, at a quarter of the picture's size."""

    def __init__(self, classes):
        super().__init__()
        self.blocks = nn.ModuleList([Block(3, 16, stride=2), Block(16, 32, stride=2)])
        self.head = nn.Conv2d(32, classes, 1)

    def forward(self, rgb, depth_m):
        x = rgb
        for block in self.blocks:
            x = block(x, depth_m)  # depth of any size: each S-Conv resizes it to its features
        return self.head(x)


def main() -> None:
    torch.manual_seed(0)
    rgb = torch.randn(2, 3, 48, 64)
    depth_m = 4 * torch.rand(2, 1, 6, 8).repeat_interleave(8, 2).repeat_interleave(8, 3)
    far = (depth_m[:, 0, ::4, ::4] > 2).long()
    network = Network(classes=2)
    optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], 1e-2)
    losses = []
    for _ in range(20):
        loss = F.cross_entropy(network(rgb, depth_m), far)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    taps = network.eval().blocks[0].conv(rgb, depth_m)  # also .offsets and .modulation
    print(f"the loss fell from {losses[0]:.2f} to {losses[-1]:.2f}")
    print(f"the first layer's taps moved by {taps.offsets.abs().mean():.2f} cells in the mean")


if __name__ == "__main__":
    main()
