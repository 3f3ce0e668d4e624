from typing_extensions import Buffer

from cleanspam.native.candidates import Candidate, TextCandidates

class Spelling:
    def __init__(self, source: str, target: str, /) -> None: ...
    def __call__(self, text: str, /) -> str: ...

class Prefilter:
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
        kinds: tuple[tuple[str, str], ...],
        /,
    ) -> None: ...
    def sift(self, text: str, /) -> list[Candidate]: ...
    def sift_json(self, data: bytes, /) -> tuple[list[TextCandidates], int]: ...
    def sift_texts(self, data: Buffer, offsets: Buffer, width: int, /) -> list[TextCandidates]: ...

def utf8_counts(data: bytes, /) -> tuple[int, int] | None: ...
