"""What is compared: the experiment as data, read, checked and opened before the first trial."""
