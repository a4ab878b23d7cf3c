"""Makes a program smaller while it still shows the difference.

It tries all programs that are one step smaller together, largest steps first, until none of them
still differs. To try them one by one would start a process for each.
"""
from programs import BODIES, FORMS, walk

PLAIN = {"d": 1, "x": None, "k": "GT_ERROR", "n": 0}


def blocks_of(program):
    """Every list of statements, those of outer blocks first."""
    for body in program.bodies:
        yield body
        for statement in walk(body):
            yield from statement.parts


def without_body(program):
    for number in range(BODIES):
        if program.bodies[number]:
            smaller = program.copy()
            smaller.bodies[number] = []
            yield smaller


def without_statements(program):
    """One statement less: without its blocks, or with one of them in its place."""
    for number, block in enumerate(blocks_of(program)):
        for place, statement in enumerate(block):
            for replacement in [[]] + statement.parts:
                smaller = program.copy()
                list(blocks_of(smaller))[number][place:place + 1] = replacement
                yield smaller.copy()


def with_plainer_arguments(program):
    places = [(body, number) for body in range(BODIES)
              for number, _ in enumerate(walk(program.bodies[body]))]
    for body, number in places:
        letters, _ = FORMS[list(walk(program.bodies[body]))[number].name]
        for i, letter in enumerate(letters):
            smaller = program.copy()
            arguments = list(walk(smaller.bodies[body]))[number].arguments
            plain = arguments[i][1:] if letter == "T" else PLAIN.get(letter, arguments[i])
            if plain != arguments[i]:
                arguments[i] = plain
                yield smaller
    if program.schedule:
        smaller = program.copy()
        smaller.schedule = 0
        yield smaller


def shrink(program, which_show):
    """`which_show(programs)` tells for each whether it still shows the difference."""
    steps = [without_body, without_statements, with_plainer_arguments]
    while True:
        for step in steps:
            smaller = list(step(program))
            still = [one for one, shows in zip(smaller, which_show(smaller)) if shows]
            if still:
                program = min(still, key=lambda one: one.size())
                break
        else:
            return program
