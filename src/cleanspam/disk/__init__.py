"""Bytes on disk: compressed, encoded, replaced whole."""
