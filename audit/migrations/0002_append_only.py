"""The triggers that keep the trail as it was written."""

from django.db import migrations

from audit import append_only


class Migration(migrations.Migration):

    dependencies = [("audit", "0001_initial")]

    operations = [append_only.set_again()]
