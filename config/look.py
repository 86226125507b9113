"""How the admin looks: its name and colours, and what of django-unfold is not wanted."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static


def style_of_ours(request: HttpRequest) -> str:
    """The address of what we add to the package's own style."""
    return static("integrations/admin.css")


def names_of_boxes(request: HttpRequest) -> str:
    """The address of the script that names the boxes that complete what is typed."""
    return static("integrations/names.js")


UNFOLD = {
    "SITE_TITLE": "ml-connector",
    "SITE_HEADER": "ml-connector",
    "SITE_SYMBOL": "sync_alt",
    # There is no site beside these pages.
    "SITE_URL": None,
    "STYLES": [style_of_ours],
    "SCRIPTS": [names_of_boxes],
    "SHOW_BACK_BUTTON": True,
    "DASHBOARD_CALLBACK": "integrations.admin.home.fill",
    # A search over all models would ask tables of millions; each list has its own.
    "COMMAND": {"search_models": False, "show_history": False},
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": "integrations.admin.navigation.navigation",
    },
}
