"""Tests of the rounds."""
