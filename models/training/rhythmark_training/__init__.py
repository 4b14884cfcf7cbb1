"""Trains, measures and exports Rhythmark's rhythm networks. See models/training/README.md."""

import os

# Threads that wait busily make a shared machine several times slower; read when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
