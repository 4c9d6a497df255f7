"""How much of a file is read at most: a corpus must not stop for one hostile or broken file.

A report has 3,000 to 30,000 characters and rarely more than 40 pages. Each limit stands far above
that, and low enough that a file at the limit is read or refused within the memory of a small
machine and within a minute.
"""

from __future__ import annotations

#: Bytes of a file. A scanned report of 40 pages has 10 to 30 MB.
MAX_BYTES = 50_000_000

#: Bytes of a text or a page. The largest pages of municipal sites, with pictures written into
#: them, have 3 MB.
MAX_TEXT_BYTES = 10_000_000

#: Characters of one report's text. The longest yearbook chapters have 200,000.
MAX_CHARACTERS = 2_000_000

#: Elements within elements of a page or a document. Pages pasted together from Word have 60.
MAX_DEPTH = 1_000

#: Pages of a PDF.
MAX_PAGES = 1_000

#: Bytes of a DOCX once unpacked, and files in it. A document with photographs unpacks to little
#: more than its size; a zip bomb to a thousand times of it.
MAX_UNPACKED = 200_000_000
MAX_MEMBERS = 5_000

#: Bytes of one XML part of a DOCX. The text of a report takes 0.1 to 3 MB with its formatting.
MAX_PART = 30_000_000

#: Seconds that one PDF may take. A page takes some milliseconds.
PDF_SECONDS = 60

#: Bytes of memory that the process which reads PDF may take (POSIX systems).
PDF_MEMORY = 2_000_000_000
