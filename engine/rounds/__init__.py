"""What the worker does again and again: read the log for those who are to be told, send, remind, look around.

Each round can be run by any worker, at any time, twice; what it keeps is bookkeeping and needs no leaf.
"""
