"""Directories as systems of record: entries that are read, and staff and teams; by ldap3."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # ldap3 asks pyasn1 by names that it gave up
    import ldap3.strategy.sync  # noqa: F401 - here, so that it is imported once and quietly
