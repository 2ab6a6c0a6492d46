"""Results as tables, plots and one self-contained page. Reads summaries; knows no learner."""
