"""The report of an evaluation: one document, written as HTML and as Markdown."""
