"""What a person, a job or a neighbour can do: one file, one verb, one transaction, one audit leaf."""
