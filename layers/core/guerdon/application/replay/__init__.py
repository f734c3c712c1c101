"""History through the rules: what a program would have paid, by the same judgment as the pipeline's."""
