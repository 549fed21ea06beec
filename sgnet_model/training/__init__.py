"""Training: settings, augmentation, loss, optimiser, loop."""
