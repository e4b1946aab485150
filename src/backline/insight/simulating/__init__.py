"""What if: two more people, a step that goes by itself, twice as many requests. A queue model of the teams, by simpy.

``recipes`` takes from past cases when they came, what each needed of whom, and for how long; ``running`` lets them
queue for the teams again; ``answering`` compares a change with how things are, with intervals, and with what really
happened; ``silos`` asks of each step what it would keep if it were automatic or quicker.
"""
