"""Finds without writing: scan, cache, baseline, budget, reports."""
