"""tongban backup and tongban restore: the whole station into one file, and back."""

from pathlib import Path

import click

from service import clock
from service.audit.actions import Trail
from service.backup.making import ATTACHMENTS, LINK_KEY, Made, make
from service.backup.restoring import restore as put_back
from service.commands import at_terminal, read_settings
from service.commands.audit import say
from service.settings import Settings
from service.startup import open_database
from service.storage.database import Database

_FAILED = 1


@click.command(
    help="把整个站（数据库、附件、模型、密钥）备份成一个文件；服务开着也可以做。TARGET 是文件，或放它的文件夹。"
)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--without-keys", is_flag=True, help="不带密钥：模型密钥、关联密钥、外发通知的签名密钥都不在里面")
def backup(target: Path, without_keys: bool) -> int:
    """Make a backup, and say what is in it."""
    settings = read_settings()
    database = Database(settings.database)
    try:
        made = make(settings, database, at_terminal(), target, keys=not without_keys)
    finally:
        database.close()
    click.echo("\n".join(_told(made, settings)))
    for identity in made.manifest.missing:
        click.echo(f"附件 {identity} 在数据文件夹里已经不见或损坏，备份里没有它的原样", err=True)
    return _FAILED if made.manifest.missing else 0


@click.command(help="把备份恢复到空的数据文件夹（TONGBAN_DATA_DIR）；先全部核对，再写，最后核对审计链。")
@click.argument("source", type=click.Path(path_type=Path))
def restore(source: Path) -> int:
    """Put a backup back, then walk its chains."""
    settings = read_settings()
    manifest = put_back(settings, source, at_terminal())
    click.echo(f"恢复好了：{clock.local(manifest.made_at)} 的备份，{len(manifest.files)} 个文件都与清单一致。")
    if not manifest.keys:
        click.echo(
            "备份里没有密钥：模型会重新训练；外发通知要重新设置密钥；按当事人的关联要有原来的 link.key 才认得出旧警情。"
        )
    if settings.link_key_file and not settings.link_key_file.exists() and (settings.data_dir / LINK_KEY).exists():
        click.echo(f"关联密钥恢复在 {settings.data_dir / LINK_KEY}，而设置的是 {settings.link_key_file}：请复制过去。")
    click.echo("大家要重新登录。核对审计链和轨迹链：")
    database = open_database(settings)
    try:
        trail = Trail(database)
        walked, cases = trail.verify(), trail.verify_cases()
    finally:
        database.close()
    say(walked, cases)
    return _FAILED if walked.fault or cases.wrong else 0


def _told(made: Made, settings: Settings) -> list[str]:
    manifest = made.manifest
    size = made.path.stat().st_size / 1_000_000
    attachments = sum(name.startswith(f"{ATTACHMENTS}/") for name in manifest.files)
    lines = [f"备份写好了：{made.path}（{size:.1f} MB）", f"SHA-256 {made.sha256}，请抄在别处"]
    if made.dump:
        lines += [
            "数据库在 PostgreSQL 里，不在这个文件里。先导出数据库，再运行 tongban backup，附件才不会缺：",
            f"  {made.dump}",
            "恢复时先用 pg_restore 恢复到空的数据库，再运行 tongban restore。里面有：",
        ]
    else:
        lines.append(f"里面有：数据库（版本 {manifest.schema}，审计 {manifest.entries} 条），不含登录会话")
    lines.append(f"　　　　附件 {attachments} 个，其他文件 {len(manifest.files) - attachments - (not made.dump)} 个")
    if manifest.keys:
        secrets = [*made.keys, *([f"外发通知的签名密钥 {made.webhooks} 个"] if made.webhooks and not made.dump else [])]
        lines.append(f"　　　　密钥：{'、'.join(secrets) or '没有'}")
    else:
        lines.append(
            "不带密钥；外发通知在备份里已停用、去掉密钥。"
            f"关联密钥 {settings.link_key} 请另外保管，没有它就认不出旧警情里的同一个人"
        )
    # Not among the keys either where it was not there to be taken.
    link_key = None if LINK_KEY in made.keys else settings.link_key_file
    places = (settings.rules_path, settings.warning_file, settings.training_rows, link_key)
    outside = [str(path) for path in places if path and not path.resolve().is_relative_to(settings.data_dir.resolve())]
    if outside:
        lines.append(f"不在里面：数据文件夹以外的 {'、'.join(outside)}，和环境变量")
    lines.append(
        "里面有当事人的个人信息"
        + ("和密钥" if manifest.keys else "")
        + "，没有加密：谁拿到谁能看。请锁好，不要经外网传。"
    )
    return lines
