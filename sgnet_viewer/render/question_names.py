"""Two questions by what they differ in: the names of A and B."""

from __future__ import annotations

from sgnet_viewer.state.question import Question


def names_of(a: Question, b: Question) -> tuple[str, str]:
    """What makes each of the two: all in which they differ."""
    parts = [(_network(one), _size(one), _switches(one), _edits(one)) for one in (a, b)]
    differ = [at for at in range(len(parts[0])) if parts[0][at] != parts[1][at]]
    if not differ:
        return "as B", "as A"
    ours, theirs = (", ".join(one[at] for at in differ) for one in parts)
    return ours, theirs


def _network(question: Question) -> str:
    network = question.network
    name = "bundled network" if network.checkpoint is None else network.checkpoint.name
    return f"{name}, {network.device}, {network.precision}".replace(", auto", "")


def _size(question: Question) -> str:
    size = question.network.size
    return "native size" if size is None else f"fed {size[0]}x{size[1]}"


def _switches(question: Question) -> str:
    texts = (f"{one.layer} {one.part} {one.state}" for one in question.network.switches.chosen)
    return ", ".join(texts) or "nothing switched"


def _edits(question: Question) -> str:
    count = len(question.edits.items)
    if not count:
        return "depth as read"
    return "1 edit of depth" if count == 1 else f"{count} edits of depth"
