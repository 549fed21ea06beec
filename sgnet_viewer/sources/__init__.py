"""From what the user named to a set of frames."""
