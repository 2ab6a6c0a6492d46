"""From what cells left behind to what results.json holds."""
