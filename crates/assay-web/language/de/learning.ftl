# The pages of learning.
