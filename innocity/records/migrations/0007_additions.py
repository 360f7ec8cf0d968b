from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_published_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="add",
            field=models.BooleanField(default=False, verbose_name="请求补登"),
        ),
        migrations.RemoveConstraint(model_name="correction", name="one_open_correction_a_fact"),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("add", False), ("state", "open")),
                fields=("register", "fact_id"),
                name="one_open_correction_a_fact",
            ),
        ),
    ]
