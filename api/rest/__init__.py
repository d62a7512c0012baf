"""The REST door, one module per noun."""
