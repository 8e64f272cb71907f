"""What both peers in Python share, as protocol.mjs for those in JavaScript:
the commands on standard input, and weights and data from the congruential
sequence of bench/native/yardstick.c."""

import sys
import time

ENTRIES = 1024
RATES = {"policy": 1e-3, "value": 5e-3}


def sizes(n):
    return {"policy": [4, n, n, 2], "value": [4, n, n, 1]}


def slices(layers):
    """rows, columns, and where a layer's matrix (input-major) and bias start
    in the flat weights"""
    at, found = 0, []
    for rows, columns in zip(layers, layers[1:]):
        bias = at + rows * columns
        found.append((rows, columns, at, bias, bias + columns))
        at = bias + columns
    return found


def sequence():
    state = 1
    while True:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield (state >> 8) / 2**24 - 0.5


def draw_online(n):
    draw = sequence()
    data = {
        name: [next(draw) for _ in range(slices(layers)[-1][-1])]
        for name, layers in sizes(n).items()
    }
    data["observations"] = [next(draw) / 8 for _ in range(6 * ENTRIES)]
    return data


def draw_distil(n):
    draw = sequence()
    count = slices(sizes(n)["policy"])[-1][-1]
    data = {"policy": [next(draw) for _ in range(count)]}
    inputs, targets = [], []
    for _ in range(ENTRIES):
        inputs.append([next(draw) for _ in range(4)])
        q = next(draw) + 0.5
        targets.append([q, 1 - q])
    return data | {"inputs": inputs, "targets": targets}


def serve(name, version, online, distil):
    """online(n, data) gives an object with step(k) and sums();
    distil(n, batch, data) one with one_pass(shuffled) and sums()"""
    held, work = None, None

    def make(key, n, batch):
        nonlocal held, work
        if key is None or key != held:
            if batch:
                work = distil(n, batch, draw_distil(n))
            else:
                work = online(n, draw_online(n))
        held = key

    def check(n, batch=0):
        make(None, n, batch)
        if batch:
            work.one_pass(False)
        else:
            for k in range(3):
                work.step(k)
        return " ".join(repr(float(total)) for total in work.sums())

    def measure(n, batch, reps):
        make((n, batch), n, batch)
        start = time.perf_counter_ns()
        if batch:
            for _ in range(reps):
                work.one_pass(True)
        else:
            for k in range(reps):
                work.step(k)
        spent = time.perf_counter_ns() - start
        return f"{spent / reps / (ENTRIES if batch else 1):.3f}"

    def answer(words):
        if not words or not all(w.isdecimal() and int(w) for w in words[1:]):
            return "unknown"
        numbers = [int(w) for w in words[1:]]
        form = (words[0], len(numbers))
        if words[0] != "online" and ENTRIES % (numbers + [1, 1])[1]:
            return "unknown"
        if form in (("check", 1), ("check", 2)):
            return check(*numbers)
        if form == ("online", 2):
            return measure(numbers[0], 0, numbers[1])
        if form == ("distil", 3):
            return measure(*numbers)
        return "unknown"

    print("ready", name, version, flush=True)
    for line in sys.stdin:
        print(answer(line.split()), flush=True)
