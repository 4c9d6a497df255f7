"""``python -m govlaw``."""

from govlaw.cli import main

raise SystemExit(main())
