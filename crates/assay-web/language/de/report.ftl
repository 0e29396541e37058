# The pages of report.
