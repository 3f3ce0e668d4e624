"""Tools for authors of rules: prove, trial, count, mine, write."""
