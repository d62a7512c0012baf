"""Set-up, locks and what else the Makefile calls."""
