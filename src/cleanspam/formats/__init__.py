"""File formats: how a file is split into pieces, and where the texts of a piece stand."""
