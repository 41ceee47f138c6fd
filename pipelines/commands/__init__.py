"""The commands of `igate`, one module each: its name is the command's, its docstring the help.

A module has `arguments(parser)`, which adds its own arguments, and `run(options, workspace,
console)`, which returns the exit status. Heavy imports belong inside `run`: every command line
imports all of these modules.
"""
