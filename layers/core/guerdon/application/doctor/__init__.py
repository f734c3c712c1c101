"""What a stack needs before it may pay, what of it is there, and what to do next. Nothing here changes anything."""
