from typing_extensions import Buffer

from cleanspam.text.pairing import Reported, ReportedText

class Spelling:
    def __init__(self, source: str, target: str, /) -> None: ...
    def __call__(self, text: str, /) -> str: ...

class Sieve:
    def __init__(
        self,
        spelling: Spelling,
        words: dict[str, int],
        gate: int,
        context: int,
        filler: str,
        latin: str,
        blanks: str,
        before: str,
        behind: str,
        /,
    ) -> None: ...
    def sift(self, text: str, /) -> list[Reported]: ...
    def sift_json(self, data: bytes, /) -> tuple[list[ReportedText], int]: ...
    def sift_texts(self, data: Buffer, offsets: Buffer, width: int, /) -> list[ReportedText]: ...

def keep_memory() -> None: ...
def utf8_counts(data: bytes, /) -> tuple[int, int] | None: ...
