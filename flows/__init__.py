"""The flows as Prefect runs them."""

import os

# a worker imports the flows without the command line, which sets it too: threads that wait for each other cost most
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
