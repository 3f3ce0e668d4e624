"""Clean JSON Lines with dolma: with_dolma.py FOLDER OUT_FOLDER, where FOLDER/documents has the .jsonl.gz files."""

import json
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    folder, target = sys.argv[1:]
    dolma = str(Path(sys.executable).with_name("dolma"))
    cleanspam = ["--tagger_modules", "cleanspam.engines.dolma", "--taggers", "cleanspam_v1", "--experiment", "spam"]
    subprocess.run([dolma, "tag", "--documents", f"{folder}/documents/*", *cleanspam, "--processes", "2"], check=True)
    stream = {
        "name": "cleaned",
        "documents": [f"{folder}/documents/*"],
        "attributes": ["spam"],
        "span_replacement": [{"span": "$.attributes.spam__cleanspam_v1__cut", "min_score": 0.75, "replacement": ""}],
        "output": {"path": target, "max_size_in_bytes": 1 << 30},
    }
    config = Path(target, "mix.json")
    config.write_text(json.dumps({"streams": [stream], "processes": 2}), encoding="utf-8")
    subprocess.run([dolma, "-c", str(config), "mix"], check=True)
