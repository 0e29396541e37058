# The pages of questions.
