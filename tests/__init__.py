"""Tests mirror the packages; journeys drive the whole house, architecture keeps it in shape."""
