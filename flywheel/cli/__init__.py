"""The command line: one short file per group of commands, each imported only when one of them is called."""
