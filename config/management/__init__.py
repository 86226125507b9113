"""Commands of manage.py that play the demo."""
