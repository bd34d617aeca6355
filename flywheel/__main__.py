"""`python -m flywheel`: the command line."""

import sys

from flywheel.cli.app import main

sys.exit(main())
