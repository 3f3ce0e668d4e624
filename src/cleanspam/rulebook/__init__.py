"""Rule files on disk become a rule set. (`rules/` is taken: the wheel puts the data there.)"""
