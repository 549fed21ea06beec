"""Pure functions from a result and the view's settings to pictures, marks, cards and clouds."""
