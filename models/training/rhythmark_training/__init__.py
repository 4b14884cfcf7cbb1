"""Trains, measures and exports Rhythmark's rhythm networks. See models/training/README.md."""
