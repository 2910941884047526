"""The one table of who may do what: the rooms' rows, and those of pages that belong to no room."""

from agencies import accounts_rights
from agencies.access import Access, row
from runtime import correction_rights, rights

TABLE: tuple[Access, ...] = (
    *accounts_rights.ACCESS,
    *rights.ACCESS,
    *correction_rights.ACCESS,
    # The library stands beside `agencies` and cannot name its types.
    row("library.show", "member"),
    row("template.import", "designer"),
    row("template.begin", "designer"),
    row("template.draft", "designer", "own"),
    row("template.publish", "designer", "own"),
    row("template.publish_file", "designer"),
    row("template.copy", "designer"),
    row("template.keep", "designer", "own"),
    row("template.keep", "system_admin"),
    row("regime.add", "designer system_admin"),
    row("regime.keep", "designer", "own"),
    row("regime.keep", "system_admin"),
    row("mandate.manage", "system_admin"),
    row("package.export", "designer system_admin"),
    row("schedule.list", "member"),
    row("indicator.show", "member"),
    row("indicator.keep", "system_admin"),
    row("indicator.keep", "designer unit_admin", "own"),
    row("indicator.add_set", "system_admin designer"),
    row("indicator.propose", "designer aggregator unit_admin system_admin"),
    row("inbox.show", "member"),
    row("report.move_many", "member"),  # each report of the selection is asked for by itself
    row("agency.show", "member"),
    row("audit.show", "unit_admin system_admin"),
    row("audit.show_all", "system_admin"),
    row("audit.verify", "system_admin"),
    row("api.describe", "guest"),
    row("answer.open", "guest"),
    row("notice.manage", "system_admin"),
    row("time.manage", "system_admin"),
    row("job.list", "system_admin"),
    row("job.show", "member", "self"),
    row("job.show", "system_admin"),
    row("server.health", "guest"),
)
