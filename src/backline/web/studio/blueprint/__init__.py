"""Draws a service blueprint: time from left to right, lanes from the customer down to the systems.

``ranking`` gives each step its column, ``placing`` its row within its lane, ``routing`` each line its way through the
channels between columns and rows, ``measuring`` makes points of all that, and a template makes it SVG. All of it is
arithmetic over a few dozen boxes: no step knows of the database, and the same figures give the same picture.
"""
