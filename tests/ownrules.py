"""Two rules of the tests' own, a text for each, and a check of standard input by them."""

import subprocess
import sys

PLANTED = """\
rule  planted
about A planted phrase of these tests.
at alone
cut   广告.
cuts  茶凉了,[-(广告甲),-]雨还没停。
keeps 茶凉了(不是招牌),雨还没停。
"""
DOUBTFUL = """\
rule  doubtful
about A phrase that may be planted.
at alone
flag  招牌.
flags 茶凉了,[-(招牌甲)-],雨还没停。
keeps 茶凉了(招牌甲),雨还没停。
"""
BOTH = f"{PLANTED}\n{DOUBTFUL}"
AD = "茶凉了,(广告甲),雨还没停。\n"


def check_stdin() -> tuple[int, str]:
    """Check AD on standard input by the rules in own.rules; return the exit code and the report."""
    rules = ["--no-default-rules", "--rules", "own.rules"]
    words = [sys.executable, "-m", "cleanspam", "check", "-", *rules, "--format", "concise"]
    ran = subprocess.run(words, input=AD.encode(), capture_output=True, check=False)
    return ran.returncode, ran.stdout.decode()
