"""The rate world: layers, losses, optimizers as small functions on NumPy arrays. Knows nothing of tasks or spikes."""
