"""Steps for engines that have a registry, counters or a format of their own; each module is imported by its engine alone."""
