"""Every door: REST, web pages, command line, worker; and the wiring."""
