"""What all tests share: hypothesis runs without deadlines, since a busy machine is no bug, and without chance in CI."""

import os

from hypothesis import settings

settings.register_profile("cleanspam", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("cleanspam")
