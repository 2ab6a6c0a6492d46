"""What is measured: operations, sizes, sparsity, energy. The only place that turns raw events into operations."""
