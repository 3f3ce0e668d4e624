from typing_extensions import Buffer

from cleanspam.pairing import Reported, ReportedLine

class Sieve:
    def __init__(
        self,
        source: str,
        target: str,
        words: dict[str, int],
        gate: int,
        filler: str,
        latin: str,
        blanks: str,
        before: str,
        behind: str,
        /,
    ) -> None: ...
    def sift(self, text: str, /) -> list[Reported]: ...
    def sift_json(self, data: bytes, /) -> tuple[list[ReportedLine], int]: ...
    def sift_texts(self, data: Buffer, offsets: Buffer, width: int, /) -> list[ReportedLine]: ...
