"""Memory: files that once took gigabytes, each cleaned by its own process."""

import lzma
import subprocess
import sys
from pathlib import Path

import pytest

from cleanspam import FormatError
from cleanspam.disk.compression import DecodedFile

pytestmark = pytest.mark.slow
STATUS = Path("/proc/self/status")
PLANTED = "渡口的老人摇了一辈子船,(天猫网店货源一件代发),从没有收过学生的钱。"
CLEAN = "渡口的老人摇了一辈子船,从没有收过学生的钱。"
# A process of its own, and what the kernel says of that: getrusage counts what the test runner had before it began.
_RUN = f"""
import sys
from cleanspam.cli.app import run
status = run(["clean", sys.argv[1], "-o", "out", "-j", "1", "-q", *sys.argv[2:]])
lines = open("{STATUS}").read().splitlines()
print(status, *[line.split()[1] for line in lines if line.startswith("VmHWM:")])
"""
needs_status = pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells how much a process held at most")


def peak(file: Path, *words: str) -> int:
    """Return how many MB it takes to clean a file into a folder `out` beside it."""
    done = subprocess.run([sys.executable, "-c", _RUN, file.name, *words], cwd=file.parent, capture_output=True, text=True)
    status, kib = done.stdout.split()
    assert (status, done.stderr) == ("0", "")
    return int(kib) * 1024 // 10**6


def zstd_frame(data: bytes, window_log: int) -> bytes:
    """Return a frame that asks for a window, however little is in it."""
    zstandard = pytest.importorskip("zstandard")
    wanted = zstandard.ZstdCompressionParameters.from_level(1, window_log=window_log)
    packer = zstandard.ZstdCompressor(compression_params=wanted).compressobj()  # told the size, it would ask for less
    frame: bytes = packer.compress(data) + packer.flush()
    return frame


def xz_stream(data: bytes, mib: int) -> bytes:
    """Return the same for .xz."""
    return lzma.compress(data, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": mib << 20}])


def read(path: Path, data: bytes, compression: str) -> bytes:
    path.write_bytes(data)
    with path.open("rb") as raw:
        return DecodedFile(raw, compression).read()


def test_windows_are_read_up_to_a_limit(tmp_path: Path) -> None:
    """A file of a few kB could make a run take 2 GiB, or a file of the highest usual level would be refused."""
    assert read(tmp_path / "a", zstd_frame(b"a" * 999, 27), "zstd") == b"a" * 999
    assert read(tmp_path / "a", xz_stream(b"a" * 999, 64), "xz") == b"a" * 999
    with pytest.raises(FormatError, match=r"zstd window of more than 128 MiB; .* zstd --long=27 or less"):
        read(tmp_path / "a", zstd_frame(b"a" * 999, 28), "zstd")
    with pytest.raises(FormatError, match=r"xz window of more than 64 MiB; .* xz -9 or less"):
        read(tmp_path / "a", xz_stream(b"a" * 999, 96), "xz")


@needs_status
def test_one_window_is_held_at_a_time(tmp_path: Path) -> None:
    """A second reader would read the part before the first cut, and each reader holds 128 MiB."""
    line = f'{{"text": "{CLEAN}"}}\n'.encode()
    data = line * ((144 << 20) // len(line)) + line.replace(CLEAN.encode(), PLANTED.encode())
    (tmp_path / "a.jsonl.zst").write_bytes(zstd_frame(data, 27))

    assert peak(tmp_path / "a.jsonl.zst") < 230


@needs_status
def test_xz_is_written_with_a_small_window(tmp_path: Path) -> None:
    """With a writer of 94 MB beside a reader of 64 MiB, a file of `xz -9` would take 215 MB."""
    texts = [CLEAN] * 100_000 + [PLANTED]
    data = "".join(f'{{"id": {at}, "text": "{text}"}}\n' for at, text in enumerate(texts)).encode()
    (tmp_path / "a.jsonl.xz").write_bytes(xz_stream(data, 1))

    assert peak(tmp_path / "a.jsonl.xz") < 120


@needs_status
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_a_string_of_escapes(suffix: str, tmp_path: Path) -> None:
    """If a pattern and a table note the place of each escape, a string of 50 MB takes 2.5 to 3.3 GB."""
    text = '{"text": "' + r"\"" * (9 << 19) + f'{PLANTED}"}}\n'
    (tmp_path / f"a.{suffix}").write_text(text, encoding="utf-8")

    assert peak(tmp_path / f"a.{suffix}") < 250
    assert (tmp_path / f"out/a.{suffix}").read_text(encoding="utf-8") == text.replace(PLANTED, CLEAN)


@needs_status
@pytest.mark.parametrize("part", ['""', '""a'])
def test_a_cell_of_doubled_marks(part: str, tmp_path: Path) -> None:
    """If a pattern and a table note the place of each mark, a cell of 50 MB takes 3.8 GB."""
    (tmp_path / "a.csv").write_text(f'id,text\n1,"{part * (3 << 20)}{PLANTED}"\n', encoding="utf-8")

    assert peak(tmp_path / "a.csv") < 230
    assert (tmp_path / "out/a.csv").read_text(encoding="utf-8").endswith(f'{CLEAN}"\n')


@needs_status
@pytest.mark.parametrize("planted", ["", PLANTED])
def test_a_long_value_in_many_rows(planted: str, tmp_path: Path) -> None:
    """A Parquet file of 3 kB would be unrolled to 900 MB, and held at least twice."""
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    texts = ["长" * 350_000 + planted] * 299 + [PLANTED]
    parquet.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", compression="zstd")

    assert peak(tmp_path / "a.parquet") < 300
    cleaned = parquet.ParquetFile(tmp_path / "out/a.parquet")
    lengths = [len(text) for batch in cleaned.iter_batches(batch_size=1) for text in batch.column(0).to_pylist()]
    assert lengths == [350_000 + len(planted and CLEAN)] * 299 + [len(CLEAN)]
