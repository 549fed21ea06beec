"""What is measured: a network, how it is run, on what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from sgnet_model.config import NO_BLOCKS, OperatorKind, SGNetConfig
from sgnet_model.switches import NO_SWITCHES, Switches
from sgnet_model.types import UserError

OwnImplementation = Literal["ours", "baseline", "stock", "unapplied"]
Implementation = OwnImplementation | Literal["peer"]
IMPLEMENTATIONS: tuple[OwnImplementation, ...] = get_args(OwnImplementation)
DTYPES = ("fp32", "bf16", "fp16", "int8")
_UNAPPLIED: tuple[OperatorKind, OperatorKind, OperatorKind, OperatorKind] = ("unapplied",) * 4


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table.

    `config`: the network asked for. `implementation`: "ours" prepared for inference; "baseline":
    the same backbone and head with plain convolutions, prepared alike; "stock": the network as it
    would be written with PyTorch's operators; "unapplied": SGNet† (paper, Table VI), prepared too;
    "peer": somebody else's network beside this one, `peer`: its file and name (see `peers`).
    `switches`: what "ours" does without.
    """

    config: SGNetConfig
    implementation: Implementation
    dtype: str
    height: int
    width: int
    batch: int = 1
    peer: tuple[str, str] | None = None
    switches: Switches = NO_SWITCHES

    @property
    def label(self) -> str:
        """The implementation as tables name it: a peer by its own name; then the switches."""
        name = self.implementation if self.peer is None else f"peer {self.peer[1]}"
        return ", ".join((name, *self.switches.texts))

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.height, self.width

    @property
    def group(self) -> tuple[str, int, int, int]:
        """What cases must share to be compared: they run in turns."""
        return self.config.variant, self.height, self.width, self.batch

    def network(self) -> SGNetConfig:
        """The configuration that is built; UserError where the variant has no such baseline, or no
        layer that is switched."""
        self.switches.check(self.config.tap_layers)
        if self.dtype == "int8" and self.implementation in ("stock", "peer"):
            raise UserError("Only prepared networks compute in int8: ours, baseline, unapplied.")
        if self.implementation == "baseline":
            return replace(self.config, s_conv_blocks=NO_BLOCKS)
        if self.implementation == "unapplied":
            if not self.config.placed_operators:
                raise UserError(f"{self.config.variant} has no S-Conv whose taps could be unused.")
            return replace(self.config, operators=_UNAPPLIED)
        return self.config
