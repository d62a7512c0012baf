"""Letters to and from other agencies: codec, transports, receipts."""
