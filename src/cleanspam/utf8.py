"""UTF-8: whether bytes are, and what they hold, without decoding them where there was a C compiler."""

try:
    from cleanspam._sieve import utf8_counts as counts
except ImportError:

    def counts(data: bytes, /) -> tuple[int, int] | None:
        """Return how many characters (code points) and line ends (\\n) UTF-8 has; None if the bytes are none."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return None
        return len(text), text.count("\n")


__all__ = ["counts"]
