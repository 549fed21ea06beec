"""What the program can do, in one table: menus, palette, keys and help are made from it."""
