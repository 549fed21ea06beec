"""The Explain panel: inspections of the active probe, and what they found."""
