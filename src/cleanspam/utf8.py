"""UTF-8: whether bytes are, and how many characters they have, without decoding them where there was a C compiler."""

try:
    from cleanspam._sieve import utf8_length as length
except ImportError:

    def length(data: bytes, /) -> int | None:
        """Return how many characters UTF-8 has, in code points; None if the bytes are none."""
        try:
            return len(data.decode())
        except UnicodeDecodeError:
            return None


__all__ = ["length"]
