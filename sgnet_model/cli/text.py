"""Plain-text tables and lists."""

from __future__ import annotations

from collections.abc import Sequence

MOST_REMARKS = 10


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns two spaces apart; the first `left` aligned to the left, the others to the right."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def decimal(value: float | None, digits: int = 2) -> str:
    """A number with that many decimals; "-" where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def remark_lines(
    remarks: Sequence[tuple[str, str]], elsewhere: str = "--json tells all"
) -> list[str]:
    """How many remarks on frames, (name, sentence), there are, and the first of them; none where
    there is nothing to say."""
    if not remarks:
        return []
    lines = [f"remarks on frames: {len(remarks)}"]
    lines += [f"  {name}: {text}" for name, text in remarks[:MOST_REMARKS]]
    return lines if len(remarks) <= MOST_REMARKS else [*lines, f"  ... ({elsewhere})"]


def counted(count: int, word: str) -> str:
    """ "1 frame", "3 frames"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
