"""Documents and their mathematics as LaTeX, HTML with MathML, Typst and PDF."""
