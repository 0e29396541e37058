# The pages of workbench.
