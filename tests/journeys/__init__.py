"""Journeys: whole errands of an office, through the doors."""
