"""Corrections to ministack 1.5.33, the emulator behind the local AWS, and the gate in front of it.

gatewayq writes these files into the project and runs `emulator.run`; the test bench imports them from here.
"""


def prepare(secret):
    """Corrects the emulator in this process and closes it to everybody who does not have `secret`."""
    # First: services copy the functions that this replaces when they are imported.
    from emulator import credentials

    credentials.install(secret)

    from ministack import app

    from emulator import (  # noqa: F401
        actions,
        api_gateway,
        authorizers,
        code_links,
        custom_domains,
        deployments,
        gate,
        nobody,
        raw_paths,
        runtime_api,
        versions,
    )

    actions.install()
    runtime_api.install()
    code_links.install(secret)
    app.app = gate.Gate(app.app)
