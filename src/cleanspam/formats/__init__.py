"""File formats: how a file is split into pieces, and where in a piece the texts stand that are judged."""
