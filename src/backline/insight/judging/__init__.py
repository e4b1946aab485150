"""Does a person need to be here? What colleagues judge, how alike, and the readable table that says the same.

``judgements`` gathers what was judged on what; ``rules`` learns a small tree and writes it as a decision table;
``shadowing`` lets the table speak beside the people, unheard; ``adopting`` makes a draft of the case type with it.
"""
