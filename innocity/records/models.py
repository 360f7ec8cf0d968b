"""The tables of an instance. One instance runs one city.

Facts are rows of the pack's registers: their own columns stand in `data` (JSON; money in integer fen, dates as
ISO text, what is empty left out), checked against the register before they are written. Nothing here decides
anything: actions write, `innocity.records.queries` reads.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Instance(models.Model):
    """The city that this database belongs to (one row), and the pack whose registers its facts fit."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    city = models.CharField("城市", max_length=64)
    pack = models.CharField("城市包摘要", max_length=64)
    simulated = models.BooleanField("模拟数据", default=False)
    as_of = models.DateField("事实截至", null=True)
    adopted_at = models.DateTimeField("采用时间", auto_now=True)

    class Meta:
        verbose_name = "城市"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_instance")]


class Party(models.Model):
    """Whom facts are about. Units and divisions form trees by `parent`.

    `code` is the social credit code of an organisation. A person's id is kept enciphered, with a keyed index
    by which it can be found; a person's name stands only in the facts, in a column marked personal.
    """

    class Kind(models.TextChoices):
        ORGANIZATION = "organization", "组织"
        PERSON = "person", "个人"
        UNIT = "unit", "单位"
        DIVISION = "division", "区市"
        ZONE = "zone", "功能区"
        OTHER = "other", "其他"

    id = models.CharField("主体编号", max_length=64, primary_key=True)
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    name = models.CharField("名称", max_length=200, blank=True)
    code = models.CharField("统一社会信用代码", max_length=18, null=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    division = models.CharField("所在区市", max_length=64, blank=True)
    zone = models.CharField("所在功能区", max_length=64, blank=True)
    protected_id = models.TextField("证件号码（加密）", blank=True)
    protected_index = models.CharField("证件号码索引", max_length=64, null=True)

    class Meta:
        verbose_name = "主体"
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(code__isnull=False), name="one_party_a_code"),
            models.UniqueConstraint(
                fields=["protected_index"], condition=Q(protected_index__isnull=False), name="one_party_an_id"
            ),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="party_by_name")]


class Document(models.Model):
    """A file of the instance: the original of a document of the pack, or evidence for a fact of a party.

    The bytes lie beside the database, named by their hash. Nothing is public before somebody who is named has
    checked it. An original that was replaced or taken away stays, with the day and the reason; it is shown no more.
    Of one that was erased too only the row is left.
    """

    id = models.BigAutoField(primary_key=True)
    pack_document = models.CharField("文件", max_length=128, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="documents")
    title = models.CharField("标题", max_length=300)
    file_name = models.CharField("文件名", max_length=255)
    media_type = models.CharField("格式", max_length=100)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("摘要", max_length=64)
    text = models.TextField("文字", blank=True)
    internal = models.BooleanField("标有内部", default=False)
    marking_checked_by = models.CharField("密级核对人", max_length=100, blank=True)
    entry = models.BigIntegerField("审计编号")
    published_on = models.DateField("公开日期", null=True)
    published_check_by = models.CharField("公开审查人", max_length=100, blank=True)
    published_basis = models.TextField("审查意见", blank=True)
    replaced_on = models.DateField("替换日期", null=True)
    replaced_because = models.TextField("替换理由", blank=True)
    erased_on = models.DateField("删除日期", null=True)

    class Meta:
        verbose_name = "材料"
        constraints = [
            models.UniqueConstraint(
                fields=["pack_document"], condition=~Q(pack_document="") & Q(replaced_on__isnull=True),
                name="one_original_a_document",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["sha256"], name="document_by_hash")]


class Fact(models.Model):
    """One dated row of a register. A correction is a new row that supersedes the old one; both stay.

    `entry` is the audit entry that wrote the row: who, when, and the hash of what was written. A past row with a day
    of publication is one whose successor shows something else to the public and waits to be published anew.
    """

    id = models.BigAutoField(primary_key=True)
    register = models.CharField("登记簿", max_length=64)
    fact_id = models.CharField("事实编号", max_length=64)
    party = models.ForeignKey(Party, models.PROTECT, db_index=False, related_name="facts")
    valid_from = models.DateField("有效期起", null=True)
    valid_to = models.DateField("有效期止", null=True)
    recorded_at = models.DateField("登记日期", null=True)
    source = models.TextField("来源", null=True)
    data = models.JSONField("内容")
    revision = models.PositiveIntegerField("版次", default=1)
    current = models.BooleanField("现行", default=True)
    withdrawn = models.BooleanField("已撤销", default=False)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")
    reason = models.TextField("更正理由", blank=True)
    published_on = models.DateField("公开日期", null=True)
    entry = models.BigIntegerField("审计编号")
    evidence = models.ManyToManyField(Document, related_name="facts")

    class Meta:
        verbose_name = "事实"
        constraints = [
            models.UniqueConstraint(fields=["register", "fact_id"], condition=Q(current=True), name="one_current_fact"),
            models.UniqueConstraint(
                fields=["supersedes"], condition=Q(supersedes__isnull=False), name="superseded_once"
            ),
            models.CheckConstraint(
                condition=Q(revision=1, supersedes__isnull=True) | Q(revision__gt=1, supersedes__isnull=False),
                name="revisions_supersede",
            ),
        ]
        indexes = [
            models.Index(  # all that asks by party asks for what holds now: counts and latest facts read no row
                "party", "register", F("valid_from").desc(), F("id").desc(), name="current_facts_of_a_party",
                condition=Q(current=True, withdrawn=False),
            ),
            models.Index(
                fields=["party"], name="published_facts",
                condition=Q(published_on__isnull=False, current=True, withdrawn=False),
            ),
            models.Index(fields=["entry"], name="facts_of_an_entry"),
            models.Index(  # whose successors wait to be made public again
                fields=["register", "fact_id"], name="published_before",
                condition=Q(published_on__isnull=False, current=False),
            ),
        ]  # fmt: skip


class RegisterState(models.Model):
    """What a register names as its source, and how far it is: `version` rises with each change of its facts.

    `columns` are the columns that its facts were last checked against.
    """

    register = models.CharField("登记簿", max_length=64, primary_key=True)
    name = models.CharField("名称", max_length=100)
    source = models.TextField("权威来源")
    purpose = models.TextField("用途")
    refresh = models.CharField("更新", max_length=100)
    refreshed_on = models.DateField("更新日期", null=True)
    revision = models.PositiveIntegerField("修订")
    columns = models.JSONField("列")
    version = models.PositiveBigIntegerField("变动次数", default=0)
    rows = models.PositiveBigIntegerField("现行事实数", default=0)
    last_number = models.PositiveBigIntegerField("编号用到", default=0)

    class Meta:
        verbose_name = "登记簿"


class Snapshot(models.Model):
    """Facts written out as dated Parquet, named by their hash."""

    id = models.BigAutoField(primary_key=True)
    hash = models.CharField("摘要", max_length=64)
    as_of = models.DateField("截至")
    folder = models.TextField("文件夹")
    simulated = models.BooleanField("模拟数据")
    registers = models.JSONField("登记簿")  # {id: {rows, hash, revision, version, columns}}
    entry = models.BigIntegerField("审计编号")

    class Meta:
        verbose_name = "事实快照"


class Run(models.Model):
    """A settled year: the hashes that tie it to pack and facts, and the folder that holds its awards."""

    id = models.BigAutoField(primary_key=True)
    city = models.CharField("城市", max_length=64)
    year = models.PositiveIntegerField("事实年度")
    as_of = models.DateField("截至")
    hash = models.CharField("结果摘要", max_length=64)
    seal = models.CharField("封存摘要", max_length=64, unique=True)
    pack = models.CharField("城市包摘要", max_length=64)
    snapshot = models.CharField("事实摘要", max_length=64)
    engine = models.CharField("程序版本", max_length=32)
    simulated = models.BooleanField("模拟数据")
    supposed = models.BooleanField("设想", default=False)  # parameters were changed, or ceilings assumed
    folder = models.TextField("文件夹")
    report = models.JSONField("摘要")  # totals, payers, pools and their factors, as run.json has them
    entry = models.BigIntegerField("审计编号")

    class Meta:
        verbose_name = "测算"
        indexes = [models.Index(fields=["year", "-id"], name="runs_of_a_year")]


class Account(models.Model):
    """What somebody who signs in is to the city: a role, and the unit for which they act; firms by `Handler`.

    A demo account is in force only where the site shows the demo.
    """

    class Role(models.TextChoices):
        FIRM = "firm", "企业经办人"
        OFFICER = "officer", "责任单位经办"
        LEADER = "leader", "领导小组"
        AUDITOR = "auditor", "审计"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account")
    role = models.CharField("角色", max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Party, models.PROTECT, null=True, related_name="officers")
    revoked_on = models.DateField("停用日期", null=True)
    demo = models.BooleanField("演示账号", default=False)
    password_changed_on = models.DateField("密码更改日期", null=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    previous_passwords = models.JSONField("用过的密码（摘要）", default=list)

    class Meta:
        verbose_name = "账号"
        constraints = [
            models.CheckConstraint(
                condition=Q(role="firm", unit__isnull=True)
                | Q(role="officer", unit__isnull=False)
                | Q(role__in=("leader", "auditor")),
                name="role_has_its_unit",
            )
        ]


class AuditEntry(models.Model):
    """One thing that somebody did. Entries are only ever added; each holds the hash of the one before.

    Everything that is hashed is kept as text, so that both databases give the same bytes (`records.chain`).
    """

    seq = models.BigIntegerField("编号", primary_key=True)
    at = models.CharField("时间", max_length=27)
    actor = models.CharField("谁", max_length=150)
    role = models.CharField("角色", max_length=16)
    action = models.CharField("动作", max_length=64)
    object = models.CharField("对象", max_length=200, db_index=True)
    details = models.TextField("内容")
    algorithm = models.CharField("算法", max_length=8)
    previous = models.CharField("前一条", max_length=64)
    hash = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "审计"


class AuditHead(models.Model):
    """The last entry of the chain (one row): locked while an entry is added."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    at = models.CharField(max_length=27, blank=True)

    class Meta:
        verbose_name = "审计末条"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_head")]


# Nouns of their own, in a module each.
from innocity.records.models_accounts import Handler  # noqa: E402, F401
from innocity.records.models_corrections import Correction  # noqa: E402, F401
from innocity.records.models_feedback import Feedback  # noqa: E402, F401
from innocity.records.models_matters import MatterFile  # noqa: E402, F401
from innocity.records.models_tokens import ApiToken  # noqa: E402, F401
