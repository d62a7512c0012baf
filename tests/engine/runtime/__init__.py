"""The process engine, tested on small models and on the shipped ones."""
