"""Reports as one HTML file each: no scripts, nothing loaded from elsewhere, light or dark as its reader likes."""
