"""The side-by-side benchmark of whole arrays: Dartboard and the numerical libraries of Python."""
