"""The house keeps its shape: contracts, budgets, catalogues."""
