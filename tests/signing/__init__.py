"""The room for PDFs: made, signed, kept and judged with real keys, authorities and readers."""
