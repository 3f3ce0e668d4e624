"""Judges a text by a rule set: findings, the cleaned text, and the reasons."""
