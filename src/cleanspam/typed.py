"""The names of `typing` that annotations use, without `typing`: to import that takes a tenth of a filter's start.

A module that such a start imports takes the names from here. Type checkers see the real ones; at run time nobody asks for them.
"""

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, AnyStr, BinaryIO, NoReturn, Protocol, TextIO
else:
    Any = AnyStr = BinaryIO = NoReturn = Protocol = TextIO = object

__all__ = ["TYPE_CHECKING", "Any", "AnyStr", "BinaryIO", "NoReturn", "Protocol", "TextIO"]
