"""govlaw: from a folder of law-based-government reports to a citable, audited panel."""

__version__ = "0.1.0"
