"""UTF-8: whether bytes are, and what they hold, without decoding them where there was a C compiler."""

try:
    from cleanspam.native._native import utf8_counts as _counts
except ImportError:

    def _counts(data: bytes, /) -> tuple[int, int] | None:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return None
        return len(text), text.count("\n")


_last: tuple[bytes, tuple[int, int] | None] = b"", (0, 0)


def counts(data: bytes) -> tuple[int, int] | None:
    """Return how many characters (code points) and line ends (\\n) UTF-8 has; None if the bytes are none.

    The last answer is remembered: of a small file it is asked which encoding it has, and then how long it is.
    """
    global _last
    last = _last  # another thread may set it
    if data is not last[0]:
        _last = last = data, _counts(data)
    return last[1]
