"""The Compare panel: what A and B are, how they are looked at, and what differs."""
