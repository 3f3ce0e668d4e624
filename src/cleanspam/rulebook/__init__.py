"""Reads rule files into a rule set. (The name `rules/` is taken: the wheel puts the rule files there.)"""
