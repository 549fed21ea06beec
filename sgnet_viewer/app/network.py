"""The network that answers, A."""

from __future__ import annotations

from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.workers.inference import InferenceEngine

from .core import Core


def make_network(core: Core) -> NetworkController:
    """It is asked whenever another frame is shown, or another question."""
    engine, pool = InferenceEngine(core.networks), core.pool
    return NetworkController(
        core.window,
        core.session,
        core.notices,
        pool.network,
        engine.run,
        engine.load,
        pool.cards,
    )
