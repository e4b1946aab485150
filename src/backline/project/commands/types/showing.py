"""Lists the published case types, and shows one."""

from __future__ import annotations

import argparse

from backline.project.command import DONE, Refused
from backline.project.commands.types.printing import print_versions, version_row
from backline.project.printing import print_json
from backline.project.starting import start


def list_types(args: argparse.Namespace) -> int:
    """The current version of each type, or of those that are asked for."""
    start()
    from django.conf import settings

    from backline.catalogue import listing

    found = list(listing.newest(owner=args.owner))
    if args.words:
        spoken = {loaded.key for loaded in listing.search(" ".join(args.words), language=settings.LANGUAGE_CODE)}
        found = [version for version in found if version.key in spoken]
    if args.uses:
        users = {use.key for use in (*listing.uses_of_shared(args.uses), *listing.uses_of_system(args.uses))}
        found = [version for version in found if version.key in users]
    print_versions(found, args)
    return DONE


def show(args: argparse.Namespace) -> int:
    """One type with its versions; or who uses a shared fact."""
    start()
    from backline.catalogue.models import Version
    from backline.catalogue.showing import described
    from backline.catalogue.versions import VersionNotFound, current, load, published

    try:
        version = published(args.type, args.version) if args.version else current(args.type)
    except VersionNotFound as missing:
        from backline.project.impact import print_impact

        if print_impact(args.type, as_json=args.json):
            return DONE
        raise Refused(str(missing)) from missing
    shown = described(load(version.key, version.number))
    history = list(Version.objects.filter(key=version.key).defer("files"))
    if args.json:
        print_json({**version_row(version), **shown, "versions": [version_row(one) for one in history]})
        return DONE
    print(f"{version.key} {version.number}: {version.title}\nOwner: {version.owner}")
    for part in ("roles", "facts", "actions", "outcomes", "promises"):
        print(f"\n{part.capitalize()}")
        for name, words in shown[part].items():
            print(f"  {name:28} {words}")
    print("\nVersions")
    for one in history:
        print(f"  {one.number:>4}  {one.published_at:%Y-%m-%d %H:%M}  {one.published_by}  {one.note}")
    return DONE
