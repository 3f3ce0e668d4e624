"""Steps for engines with a registry, counters or a format of their own. A module here imports its engine."""
