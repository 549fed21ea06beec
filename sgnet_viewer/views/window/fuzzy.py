"""Which titles a few typed letters mean, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence

START = 12.0  # a letter at the beginning of the text
WORD = 8.0  # at the beginning of a word
RUN = 5.0  # right behind the letter before
WHOLE = 10.0  # all letters in one run
GAP = 0.1  # for each letter between
SEPARATORS = " ./-_:+,("


def ranked(query: str, texts: Sequence[str]) -> list[int]:
    """Indices of the texts that hold the query's letters in order, the best match first.

    Several words may stand in any order. Equals stay in the order of `texts`; an empty query keeps
    all.
    """
    words = query.lower().split()
    scored = []
    for index, text in enumerate(texts):
        scores = [score(word, text) for word in words]
        if all(value is not None for value in scores):
            whole = WHOLE * sum(word in text.lower() for word in words)
            scored.append((-whole - sum(value for value in scores if value is not None), index))
    return [index for _, index in sorted(scored)]


def score(word: str, text: str) -> float | None:
    """How well the letters of `word` (lower case) are found in `text`; None where they are not.

    The best of all ways to find them: letter by letter, `best[j]` is the best score of the letters
    so far whose last one is matched at position j.
    """
    lowered = text.lower()
    best: list[float | None] = []
    for letter in word:
        following: list[float | None] = []
        reachable: float | None = 0.0 if not best else None  # of an earlier match, gaps paid
        for at, candidate in enumerate(lowered):
            before = best[at - 1] if best and at else None
            value = _matched(reachable, before, at, lowered) if candidate == letter else None
            following.append(value)
            reachable = _better(reachable, before)
            reachable = None if reachable is None else reachable - GAP
        if all(value is None for value in following):
            return None
        best = following
    found = [value for value in best if value is not None]
    return max(found) - 0.01 * len(text) if found else 0.0


def _matched(reachable: float | None, before: float | None, at: int, text: str) -> float | None:
    """The score of a letter at `at`: behind a gap, or right behind the letter before."""
    bonus = START if at == 0 else WORD if text[at - 1] in SEPARATORS else 1.0
    apart = None if reachable is None else reachable + bonus
    beside = None if before is None else before + max(bonus, RUN)
    return _better(apart, beside)


def _better(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return one if other is None else other
    return max(one, other)
