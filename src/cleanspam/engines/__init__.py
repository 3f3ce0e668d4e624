"""Steps for engines with a registry, counters or a format of their own. Only its engine imports a module."""
