"""Clean JSON Lines or Parquet with Data-Juicer: with_data_juicer.py IN OUT_FOLDER [EXECUTOR]."""

import json
import subprocess
import sys
from pathlib import Path

# Data-Juicer finds the operator by itself once cleanspam is installed; this is what stands in its YAML file.
PROCESS = [{"cleanspam_mapper": {"cuts_key": "cuts"}}]

if __name__ == "__main__":
    source, target, *executor = sys.argv[1:]
    config = {
        "dataset_path": source,
        "export_path": f"{target}/cleaned{Path(source).suffix}",
        "executor_type": executor[0] if executor else "default",
        "ray_address": "local",  # a Ray of its own, if that is the executor; "auto" is one that runs
        "np": 2,
        "process": PROCESS,
    }
    path = Path(target, "config.yaml")
    path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    command = Path(sys.executable).with_name("dj-process")
    sys.exit(subprocess.run([command, "--config", path], check=False).returncode)
