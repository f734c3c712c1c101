"""What reading the books costs as the journal grows: by the last seal and the tail, and by the scan before them."""
