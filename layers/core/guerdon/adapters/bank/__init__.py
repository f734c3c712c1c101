"""Banks' statements as files: CSV as it is exported, and camt.053."""
