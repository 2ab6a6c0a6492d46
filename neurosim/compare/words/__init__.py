"""Results in plain words: claims only what intervals and corrected tests carry."""
