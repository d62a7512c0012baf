"""What a service task of a model can do: inline in the transaction, or as a job of the worker."""
