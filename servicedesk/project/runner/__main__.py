"""Entry point of `python -m servicedesk.project.runner`."""

import sys

from .house import main

sys.exit(main())
