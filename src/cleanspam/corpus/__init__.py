"""Cleans many files safely, logs each cut, and puts cuts back."""
