"""Finds plantings without writing to files: scan, cache, baseline, budget, reports."""
