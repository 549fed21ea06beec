"""Writes checkpoints/CREDITS.md: whose models the rooms show that the bundled network learnt on.

Run where Debian's package sweethome3d-furniture is installed.
"""

from __future__ import annotations

from pathlib import Path

from sgnet_model.scenes.furniture.furniture_things import used
from sgnet_model.scenes.furniture_package import credits_of

HEAD = """\
# Credits

Weights trained on the furnished scenes (`--profile furnished`) learnt from pictures that show the
following models of Debian's package `sweethome3d-furniture`. Each is under the licence named above
it; sizes, colours and materials were changed. None of the models is part of this project.

"""


def main() -> None:
    """Writes the file."""
    entries = used()
    if not entries:
        raise SystemExit(
            "The package sweethome3d-furniture is not installed: there is no one to credit."
        )
    path = Path(__file__).resolve().parents[1] / "checkpoints" / "CREDITS.md"
    path.write_text(HEAD + credits_of(entries).rstrip() + "\n", encoding="utf-8")
    print(f"{path}: {len(entries)} models")


if __name__ == "__main__":
    main()
