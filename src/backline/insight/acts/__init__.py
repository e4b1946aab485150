"""Acts: what a log tells, as a service blueprint needs it.

A step of a log is an instant. An *act* is one piece of work in a case with its beginning (where that is known) and its
end, on one of four *sides*: what the customer does, what the customer sees, what people do behind the line of
visibility, what systems do. It knows the act before it in the case, how long the case stood in between, and why.
Logs of other systems are made into acts by ``preparing``; our own timelines are fed by ``feeding``.
"""
