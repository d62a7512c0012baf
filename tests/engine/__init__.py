"""The rules, tested without database, clock or network."""
