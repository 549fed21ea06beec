"""What every widget is made with: theme, colours, icons, signals and small helpers."""
