"""The rules: documents, registers, procedures, work items, signatures, audit. Plain Python."""
