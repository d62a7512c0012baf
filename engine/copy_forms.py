"""The three forms of a copy of a document; they are not among the 29 types of administrative documents.

Source: Decree 30/2020/NĐ-CP, art. 25 and appendix III.
"""

COPY_FORMS: dict[str, str] = {"SY": "Sao y", "SL": "Sao lục", "TrS": "Trích sao"}
"""Name of each form by abbreviation: true copy, copy of a true copy, extract."""
