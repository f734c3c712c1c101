"""One folder per CRM, with the same file names in each: signature.py says who sent it, payload.py what it says."""
