"""A rule set and a text become findings, a cleaned text, and the reasons."""
