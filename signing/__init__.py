"""PDFs and PAdES: make, sign, time-stamp, verify, keep valid for decades."""
