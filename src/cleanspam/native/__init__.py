"""What is compiled, with the same in Python for machines without a compiler."""
