"""Tests of the verbs: real house, real worker, half of them refusals."""
