"""All settings, read once from the environment (prefix TONGBAN_)."""

import ipaddress
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Loopback and the private ranges (RFC 1918, RFC 4193).
INTRANET: tuple[Network, ...] = tuple(
    map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)


class Settings(BaseSettings):
    """Everything the program keeps lies below `data_dir`, unless `database_url` names a PostgreSQL."""

    model_config = SettingsConfigDict(env_prefix="TONGBAN_", frozen=True)

    data_dir: Path = Field(default=Path("data"), description="数据文件夹：数据库、模型、密钥都在这里")
    database_url: str = Field(default="", description="数据库地址；空则用数据文件夹里的 SQLite")
    rules_path: Path | None = Field(default=None, description="规则集文件夹；空则用发布的版本，没发布过用自带规则集")
    warning_file: Path | None = Field(default=None, description="时限文件；空则用自带的")
    retention_file: Path | None = Field(default=None, description="保存期限文件；空则用自带的，档案一律永久")
    training_rows: Path | None = Field(default=None, description="训练样本文件夹；空则用自带样本")
    link_key_file: Path | None = Field(
        default=None, description="关联密钥文件；空则用数据文件夹里的 link.key；几台机器共用一个数据库时必须是同一个"
    )
    host: str = Field(default="127.0.0.1", description="监听地址；只许本机地址")
    workers: int = Field(default=1, ge=1, le=64, description="同时应答的进程数，一般不超过处理器核数")
    upload_mb: int = Field(default=200, ge=1, le=4096, description="重新研判和导入的文件一次最多上传多少 MB")
    attachment_mb: int = Field(default=20, ge=1, le=1024, description="档案附件一个最多多少 MB")
    webhook_networks: str = Field(
        default="", description="外发通知除内网外还可以发往的网段；几个用逗号分开，空则只发往内网"
    )
    port: int = Field(default=8000, ge=0, le=65535, description="监听端口")

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: str) -> str:
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f"监听地址 {host} 不是本机地址，只许监听 127.0.0.1 或 ::1")
        return host

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        if url and not url.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("数据库地址应以 postgresql:// 或 sqlite:/// 开头")
        if url.startswith("sqlite:///") and (url.removeprefix("sqlite:///") in ("", ":memory:") or "?" in url):
            raise ValueError("SQLite 数据库要写明文件，如 sqlite:////var/lib/tongban/tongban.db")
        return url

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, written: str) -> str:
        try:
            _read_networks(written)
        except ValueError as error:
            raise ValueError(f"网段应写成 203.0.113.0/24 这样，几个用逗号分开：{written}") from error
        return written

    @property
    def reachable(self) -> tuple[Network, ...]:
        """Where webhooks may lead: the intranet, and what was added to it."""
        return (*INTRANET, *_read_networks(self.webhook_networks))

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'tongban.db').resolve()}"

    @property
    def model_file(self) -> Path:
        """Where the trained model lies."""
        return self.data_dir / "model.tongban"

    @property
    def model_card(self) -> Path:
        """What the trained model is and how good, to be read by people."""
        return self.data_dir / "model_card.md"

    @property
    def reviewed_rows(self) -> Path:
        """The station's own labelled rows, each looked at by a person."""
        return self.data_dir / "reviewed.jsonl"

    @property
    def rescoring_dir(self) -> Path:
        """Where uploaded files and their results lie, a folder for each job."""
        return self.data_dir / "rescoring"

    @property
    def importing_dir(self) -> Path:
        """Where tables of old incidents lie until they are imported, a folder for each job."""
        return self.data_dir / "importing"

    @property
    def attachments_dir(self) -> Path:
        """Where the files of cases lie, each under its id."""
        return self.data_dir / "attachments"

    @property
    def link_key(self) -> Path:
        """The key under which people, places and numbers are hashed."""
        return self.link_key_file or self.data_dir / "link.key"

    @property
    def model_key(self) -> Path:
        """The key that tells this installation's models from others."""
        return self.data_dir / "model.key"


def _read_networks(written: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one.strip()) for one in written.split(",") if one.strip())
