"""`python -m companion`."""

from companion.processes import leave_folder

leave_folder()

from companion.cli import main  # noqa: E402 (nothing more may come from the folder one stands in)

main(prog_name="companion")
