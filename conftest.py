"""The plugin under test is named by its entry point: by module path pytest would register it twice."""

pytest_plugins = ["finewarden", "pytester"]
