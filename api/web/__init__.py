"""The web pages, one module per noun, one folder of templates beside each."""
