"""One real network that two threads use at once says what it says to one."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from scripted import frame
from window_support import write_checkpoint

from sgnet_viewer.live.stream_network import Loaded
from sgnet_viewer.runtime.cores import share_cores
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.result import Result
from sgnet_viewer.workers.networks import LoadedNetwork, load_predictor

ROUNDS = 6
SIZES = ((96, 128), (64, 96))  # each thread feeds its own


def test_two_frames_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "small.safetensors")
    network = Loaded(LoadedNetwork(load_predictor(checkpoint, "cpu", "fp32")))
    frames = [frame(0, size=(96, 128), focal=100.0).frame, frame(9, size=(96, 128)).frame]

    def segment(which: int) -> Result:
        choice = NetworkChoice(checkpoint, "cpu", SIZES[which])
        return network.segment(frames[which], choice, Task(lambda _: None))

    alone = [segment(which).prediction for which in range(2)]
    together: list[list[Result]] = [[], []]

    def work(which: int) -> None:
        share_cores(2)
        together[which] += [segment(which) for _ in range(ROUNDS)]

    threads = [threading.Thread(target=work, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for which in range(2):
        assert len(together[which]) == ROUNDS
        for result in together[which]:
            assert result.prediction.network_size == SIZES[which]
            np.testing.assert_allclose(result.prediction.logits, alone[which].logits, atol=1e-4)
            np.testing.assert_array_equal(result.prediction.labels, alone[which].labels)
