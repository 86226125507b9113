"""A worker for what is urgent that counts no calls a minute: a benchmark's company has no limit."""

from __future__ import annotations

from config.celery import app
from connectors.vendor import Limits
from connectors.vendors import bamboohr

OPTIONS = ("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "warning")

if __name__ == "__main__":
    # Twenty changes a second are twelve times what one company's budget lets us read.
    object.__setattr__(bamboohr.VENDOR, "limits", Limits(concurrent_calls=4))
    app.worker_main(["worker", "-Q", "soon", "-c", "2", *OPTIONS])
