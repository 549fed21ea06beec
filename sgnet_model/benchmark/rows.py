"""A measured case: numbers, or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import median, quantiles
from typing import Any

from .cases import Case


@dataclass(frozen=True, slots=True)
class Row:
    """`network_ms`: each timed pass, picture tensor to logits. `labels_ms`: the same passes up to
    upsampled class indices. `peak_mb`: memory the network and its passes added, 10^6 bytes.
    `gflops`: of one pass over the batch, a product and its sum counted as two operations.
    `share_of_peak`: of the fastest matrix product or 3x3 convolution measured here in that dtype.
    """

    case: Case
    device: str
    network_ms: tuple[float, ...] = field(default=(), repr=False)
    labels_ms: tuple[float, ...] = field(default=(), repr=False)
    peak_mb: float | None = None
    gflops: float | None = None
    share_of_peak: float | None = None
    error: str | None = None

    @property
    def median_ms(self) -> float | None:
        """None where it could not be run."""
        return median(self.network_ms) if self.network_ms else None

    @property
    def with_labels_ms(self) -> float | None:
        """Median of the passes with upsampling and argmax."""
        return median(self.labels_ms) if self.labels_ms else None

    @property
    def quartiles_ms(self) -> tuple[float, float] | None:
        """The middle half of the passes lies between these."""
        if len(self.network_ms) < 2:
            return None
        low, _, high = quantiles(self.network_ms, n=4, method="inclusive")
        return low, high

    def beside(self, peak_gflops: float | None) -> Row:
        """The row with its share of what the machine can do (10^9 operations a second)."""
        if peak_gflops is None or self.gflops is None or self.median_ms is None:
            return self
        rate = self.gflops / (self.median_ms / 1e3)
        return replace(self, share_of_peak=rate / peak_gflops)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        low, high = self.quartiles_ms or (None, None)
        case = self.case
        return {
            "variant": case.config.variant,
            "implementation": case.label,
            "device": self.device,
            "dtype": case.dtype,
            "height": case.height,
            "width": case.width,
            "batch": case.batch,
            "median_ms": self.median_ms,
            "peak_mb": self.peak_mb,
            "quartile_low_ms": low,
            "quartile_high_ms": high,
            "min_ms": min(self.network_ms, default=None),
            "max_ms": max(self.network_ms, default=None),
            "repeats": len(self.network_ms),
            "with_labels_ms": self.with_labels_ms,
            "gflops": self.gflops,
            "share_of_peak": self.share_of_peak,
            "error": self.error,
        }
