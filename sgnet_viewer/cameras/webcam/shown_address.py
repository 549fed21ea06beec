"""The address of a webcam or a network stream, as it may be seen by others."""

from __future__ import annotations

import re

OWNER = re.compile(r"(?<=://)[^/]*@")
SECRET = re.compile(r"((?:user|usr|login|pass|pwd|token|auth|key|secret)[\w-]*=)[^&#]*", re.I)


def without_password(address: str) -> str:
    """A URL as it may be shown, and written into a recording: without the user's name, and with
    stars for what it hands over as a name or a secret, up to the next part of it."""
    if "://" not in address:
        return address
    return SECRET.sub(r"\1***", OWNER.sub("", address))
