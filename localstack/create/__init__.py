"""Makes the estate in a running emulator: a file for each service.

A thing that an emulator cannot hold (`emulators.toml`) is not asked for. Every other refusal ends
the seeding: an error here is never passed over.
"""
