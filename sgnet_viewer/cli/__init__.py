"""The command `sgnet-viewer`: its words, what they mean, and its start."""
