"""What the Makefile calls: set-up, checks, lock files, generated documents. Nothing of the product imports this."""
