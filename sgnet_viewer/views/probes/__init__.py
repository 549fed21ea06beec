"""What is known of the probes: cards, layer tables and relative receptive fields."""
