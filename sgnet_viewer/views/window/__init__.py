"""The main window and what frames the views: menus, tool bar, docks, notices, dialogs."""
