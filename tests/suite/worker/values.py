"""Random JSON, as text: what a caller may send, with the corners more often than chance has them."""
import json

WORDS = ["", "a", "self", "task", "args", "__type__", "__value__", "é", "日本", "\U0001f600", "\u0000", "\u2028",
         "\uffff", '"', "\\", "x" * 300, "None", "kwargs", "with space", "{}", "\x7f", "\ufeff"]
NUMBERS = ["0", "-0", "-0.0", "1E400", "-1e400", "1e-400", "0.1000", "18446744073709551617", "-9223372036854775809",
           "1" * 4300, "2.50", "1e5", "9007199254740993", "0.30000000000000004"]


def text(random):
    if random.random() < 0.5:
        return random.choice(WORDS)
    points = (random.choice([random.randrange(128), random.randrange(0xD800), random.randrange(0xE000, 0x110000)])
              for _ in range(random.randrange(12)))
    return "".join(map(chr, points))


def quoted(random):
    return json.dumps(text(random), ensure_ascii=random.random() < 0.5)


def value(random, depth=0):
    kind = random.random()
    if depth < 6 and kind < 0.25:
        return array(random, depth + 1)
    if depth < 6 and kind < 0.5:
        return object_(random, depth + 1)
    if kind < 0.55:
        levels = random.randrange(100)
        return "[" * levels + "1" + "]" * levels
    if kind < 0.75:
        return random.choice([*NUMBERS, str(random.randrange(-10**30, 10**30)), repr(random.uniform(-1e9, 1e9))])
    if kind < 0.85:
        return random.choice(["null", "true", "false"])
    return quoted(random)


def space(random):
    return random.choice(["", "", "", " ", "\n", "\t", "\r\n"])


def array(random, depth=0):
    return "[" + ",".join(space(random) + value(random, depth) for _ in range(random.randrange(4))) + "]"


def object_(random, depth=0):
    pairs = (f"{space(random)}{quoted(random)}:{space(random)}{value(random, depth)}"
             for _ in range(random.randrange(4)))
    return "{" + ",".join(pairs) + "}"
