"""What a click or a drag on the picture or the cloud does: one tool a file."""
