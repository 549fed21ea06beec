"""Whether GPUs may round float32, asked of PyTorch after either of its settings was used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from sgnet_model.nn.rounding import convolutions_round, products_round

ROOT = Path(__file__).resolve().parents[2]
# PyTorch's settings are the process's, and the newer ones cannot all be taken back.
SETTINGS = {
    "pass": True,
    "cudnn.allow_tf32 = False": False,
    "cudnn.allow_tf32 = True": True,
    "cudnn.conv.fp32_precision = 'ieee'": False,
    "cudnn.conv.fp32_precision = 'tf32'; cudnn.rnn.fp32_precision = 'ieee'": True,
    "cudnn.conv.fp32_precision = 'none'; cudnn.fp32_precision = 'ieee'": False,
    "cudnn.fp32_precision = 'none'; torch.backends.fp32_precision = 'ieee'": False,
    "torch.backends.fp32_precision = 'tf32'": True,
    "cudnn.conv.fp32_precision = 'ieee'; cudnn.allow_tf32 = True": True,
}
PROGRAM = """
import torch
from sgnet_model.nn.sampling.triton_op import product_precision
from sgnet_model.nn.rounding import convolutions_round, products_round
cudnn, products = torch.backends.cudnn, torch.backends.cuda.matmul
for setting, expected in {settings}.items():
    if not hasattr(cudnn, "conv") and "fp32_precision" in setting:
        continue
    exec(setting)
    assert convolutions_round() is expected, setting
    assert product_precision() == ("tf32" if expected else "ieee"), setting
    name = "fp32_precision" if hasattr(cudnn, "conv") else "allow_tf32"
    before = getattr(products, name)
    for allowed in (True, False):
        with products_round(allowed):
            assert getattr(products, name) in (allowed, "tf32" if allowed else "ieee"), setting
        assert getattr(products, name) == before, setting
"""


def test_it_is_known_whichever_setting_was_used() -> None:
    """Reading allow_tf32 after fp32_precision was set raises, in every pass on a GPU."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM.format(settings=SETTINGS)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_an_older_pytorch_has_one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    cudnn, products = SimpleNamespace(allow_tf32=False), SimpleNamespace(allow_tf32=False)
    monkeypatch.setattr(torch.backends, "cudnn", cudnn)
    monkeypatch.setattr(torch.backends.cuda, "matmul", products)
    assert convolutions_round() is False
    with products_round(True):
        assert products.allow_tf32 is True
    assert products.allow_tf32 is False
