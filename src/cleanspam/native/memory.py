"""Memory for a run over many pieces of a MiB: kept for the next one where there was a C compiler, and a C library that can."""

try:
    from cleanspam.native._native import keep_memory as keep
except ImportError:

    def keep() -> None:
        """Have the C library keep freed memory of a few MiB for what is allocated next."""


__all__ = ["keep"]
