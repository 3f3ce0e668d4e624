"""For rule authors: prove, trial, count, mine, write."""
