"""Tests of REST, over the real house."""
