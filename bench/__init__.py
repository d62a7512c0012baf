"""What is fast and how fast: repeatable, side by side in one run, printed as ratios."""
