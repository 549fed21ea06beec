"""The widgets of a stream: its bar, its figures, the plot of spread and the choice of a source."""
