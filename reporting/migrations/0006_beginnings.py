from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0005_search"),
        ("strategy", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="editionentry",
            index=models.Index(
                models.Func("progress", function="SUBSTR", template="%(function)s(%(expressions)s, 1, 40)"),
                name="edition_progress_beginning",
            ),
        ),
        migrations.AddIndex(
            model_name="editionentry",
            index=models.Index(
                models.Func("planned", function="SUBSTR", template="%(function)s(%(expressions)s, 1, 40)"),
                name="edition_planned_beginning",
            ),
        ),
    ]
