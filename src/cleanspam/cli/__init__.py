"""The command line: parses words, opens files, prints. Decides nothing about texts."""
