"""The shipped models: they are sound, and their scenarios happen as written."""
