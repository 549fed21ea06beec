"""The real window with a small network of random weights, offscreen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from pytestqt.qtbot import QtBot

from sgnet_model.config import VARIANTS
from sgnet_model.variants import build
from sgnet_model.weights import save_checkpoint
from sgnet_viewer.launch.startup import Running
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.options import Options
from sgnet_viewer.workers.networks import PredictorLike, load_predictor

HEIGHT, WIDTH = 96, 128
NETWORK_SIZE = (96, 128)
PATIENCE_MS = 60_000


def write_checkpoint(path: Path) -> Path:
    """The compact network, eight channels wide, with offsets that are not nought."""
    torch.manual_seed(3)
    config = replace(VARIANTS["sgnet-compact"], width=8, projector_channels=4, head_channels=16)
    network = build(replace(config, variant="custom"))
    for name, weights in network.named_parameters():
        if name.endswith("offset_generator.weight"):
            torch.nn.init.normal_(weights, 0, 0.2)
    save_checkpoint(network, path, {"made": "random weights for a test"})
    return path


def write_pair(folder: Path, eight_bits: bool = False) -> tuple[str, str]:
    """A room of sorts: a bright box before a wall, 1.2 m and 2.5 m away, and a few holes."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    rgb = random.integers(60, 90, (HEIGHT, WIDTH, 3), np.uint8)
    rgb[30:70, 40:90] = random.integers(180, 220, (40, 50, 3), np.uint8)
    depth = np.full((HEIGHT, WIDTH), 2500, np.uint16)
    depth[30:70, 40:90] = 1200
    depth[:4, :4] = 0
    cv2.imwrite(str(folder / "rgb.png"), rgb)
    cv2.imwrite(str(folder / "depth.png"), (depth // 10).astype(np.uint8) if eight_bits else depth)
    return str(folder / "rgb.png"), str(folder / "depth.png")


class CountingLoader:
    """Loads the real network and counts how often it runs for what is shown: the self-check's
    pass in the background is its own."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, checkpoint: Path, device: str, precision: str) -> PredictorLike:
        predictor = load_predictor(checkpoint, device, precision)
        predictor.network.register_forward_hook(self._count)
        return predictor

    def _count(self, *_: object) -> None:
        self.runs += threading.current_thread().name != "sgnet-self-checks"


class Screen:
    """The running window, and ways to use it as a user does."""

    def __init__(self, qtbot: QtBot, options: Options) -> None:
        self.qtbot = qtbot
        self.loader = CountingLoader()
        self.running = Running(options, self.loader)
        self.window = self.running.window
        self.application = self.running.application

    def until(self, reached: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(reached, timeout=PATIENCE_MS)

    def show(self) -> Screen:
        self.running.show()
        return self

    def until_drawn(self) -> Screen:
        """Result and cloud are on the screen."""
        self.until(lambda: self.running.is_complete)
        return self

    def close(self) -> None:
        assert self.running.close(PATIENCE_MS / 1000) == ()


def options_for(paths: tuple[str, ...], checkpoint: Path) -> Options:
    """Opens `paths` with the small network."""
    return Options(
        target=Target(paths),
        network=NetworkChoice(checkpoint, "cpu", NETWORK_SIZE),
        given=frozenset({"checkpoint", "device", "size"}),
        window_size=(1280, 800),
        keep_settings=False,
    )
