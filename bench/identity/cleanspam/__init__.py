"""Stands in for cleanspam and cleans nothing, for what an engine takes by itself with the same script. See ../engines.py."""
