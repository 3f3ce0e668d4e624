"""Tools for rule authors: prove, trial, count, mine, write."""
