"""Scores from one integer confusion matrix."""
