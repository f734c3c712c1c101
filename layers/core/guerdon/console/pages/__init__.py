"""The pages: each module declares operations, and `registry` lists them."""
