"""The grammar of program files: from a document to a Program, or to everything that is wrong with it."""
