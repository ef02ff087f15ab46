"""`make bench`: how fast it is, against floors measured in the same run. See `__main__`."""
