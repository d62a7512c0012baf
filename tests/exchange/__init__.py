"""Tests of what goes to and comes from other agencies."""
