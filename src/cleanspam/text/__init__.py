"""One text: how it reads, which brackets pair, where they stand, what a cut takes."""
