"""The plan of a run, generated from its seed before the run begins: its configuration, its requests, and its faults."""

import hashlib
import random

REQUESTS_PER_SECOND = 5
SECONDS_PER_FAULT = 1
# For each fault, this many times are tried, because the faults of one target must not overlap.
TRIES = 4
# Percentage of requests about objects of earlier requests, and about objects that Kaspersky does not know.
REPEATED, UNKNOWN = 15, 12
KINDS = {"manual": 4, "automatic": 4, "playbook": 2}

# Each target has at most one fault at a time: (name, relative frequency, range of the duration in seconds).
REPLICA = (
    ("kill", 6, (0, 0.5)),
    ("kill", 3, (1, 6)),
    ("pause", 4, (0.2, 5)),
    # Longer than the time after which another replica takes it for dead.
    ("pause", 1, (11, 25)),
    ("clock", 1, (5, 30)),
)
LINE = (
    ("cut", 5, (0, 0)),
    ("reject_connections", 3, (0.5, 5)),
    ("stall", 3, (0.5, 6)),
    # Long enough for the heartbeats of the broker to notice.
    ("stall", 1, (15, 30)),
    ("stall_up", 2, (0.5, 6)),
    ("stall_down", 2, (0.5, 6)),
    ("delay", 2, (1, 8)),
    ("drip", 1, (1, 8)),
)
BROKER = (("restart", 3, (0.5, 3)), ("pause", 3, (0.5, 5)), ("alarm", 3, (1, 6)), ("drop_connections", 4, (0, 0)), ("password", 1, (3, 8)))
STORE = (("restart", 4, (0, 3)), ("pause", 4, (0.2, 5)), ("pause", 1, (8, 15)), ("drop_connections", 3, (0, 0)))
PLATFORM = (("restart", 3, (0.5, 4)), ("cut_workers", 3, (0, 0)), ("lost_replies", 4, (1, 4)), ("errors", 3, (0.5, 4)), ("close", 6, (0, 0)))
TIP = (("errors", 4, (0.5, 3)), ("outage", 2, (0.5, 4)), ("slow", 3, (1, 5)), ("reject_token", 1, (0.5, 2)))
# {target: (relative frequency, faults, pause)}; all replicas count as one target, and so do all connections. The pause is the number of
# seconds until the next fault of a target whose fault ended its work in progress.
TARGETS = {"replica": (8, REPLICA, 2), "line": (9, LINE, 1), "broker": (3, BROKER, 8), "store": (3, STORE, 2), "platform": (5, PLATFORM, 1),
           "tip": (2, TIP, 3)}
LINES = ("platform", "broker", "store", "tip")


def make(seed, seconds, messages=None, replicas=3, store="redis"):
    chance = random.Random(seed)
    messages = messages or round(seconds * REQUESTS_PER_SECOND)
    quota = chance.choice((None, None, None, max(10, round(messages * chance.uniform(0.3, 0.9)))))
    return {
        "seed": seed, "seconds": seconds, "replicas": replicas, "store": store,
        "queues": chance.choice(("classic", "quorum")),
        "workers_of_the_platform": chance.choice((1, 3, 8)),
        "tick_ms": chance.choice((200, 1_000, 5_000)),
        "object_ms": chance.choice((0, 5, 20)),
        "tip_ms": chance.choice((5, 50, 200)),
        "connector_workers": chance.choice((4, 8, 16)),
        "quota": quota,
        # Cached answers are still available when the quota is exhausted.
        "lifetime": 3_600 if quota else chance.choice((60, 3_600)),
        "requests": list(requests(chance, seconds, messages)),
        "nemesis": faults(chance, seconds, replicas, store),
    }


def requests(chance, seconds, messages):
    """Requests, single and in bursts. `thing` is a number; things that Kaspersky does not know are not files."""
    asked = []
    at = []
    while len(at) < messages:
        burst = chance.choice((1, 1, 1, 1, 10)) if messages - len(at) >= 10 else 1
        at += [round(chance.uniform(0, seconds), 2)] * burst
    for number, time in enumerate(sorted(at)):
        if asked and chance.randrange(100) < REPEATED:
            known, thing = chance.choice(asked[-50:])
        else:
            known, thing = chance.randrange(100) >= UNKNOWN, number
        asked.append((known, thing))
        [kind] = chance.choices(list(KINDS), KINDS.values())
        yield {"at": time, "kind": kind, "thing": thing, "known": known}


def faults(chance, seconds, replicas, store):
    """Faults, in the order of their times. Those of one target do not overlap."""
    made = []
    busy = {}
    names = [name for name in TARGETS if name != "store" or store == "redis"]
    wanted = round(seconds / SECONDS_PER_FAULT)
    for _ in range(TRIES * wanted):
        if len(made) == wanted:
            break
        [name] = chance.choices(names, [TARGETS[name][0] for name in names])
        _, kinds, pause = TARGETS[name]
        target = name
        if name == "replica":
            target = f"replica {chance.randrange(replicas)}"
        elif name == "line":
            target = f"line {chance.randrange(replicas)} {chance.choice(LINES if store == 'redis' else [one for one in LINES if one != 'store'])}"
        [(fault, _, (shortest, longest))] = chance.choices(kinds, [weight for _, weight, _ in kinds])
        at = round(chance.uniform(0, seconds), 2)
        lasts = round(min(chance.uniform(shortest, longest), seconds - at), 2)
        if any(at < end + pause and begin < at + lasts + pause for begin, end in busy.get(target, ())):
            continue
        busy.setdefault(target, []).append((at, at + lasts))
        made.append({"at": at, "target": target, "fault": fault, "lasts": lasts, **details(chance, fault)})
    return sorted(made, key=lambda fault: fault["at"])


def details(chance, fault):
    if fault == "clock":
        return {"by": chance.choice((-300, -30, -2, 2, 30, 300))}
    if fault == "delay":
        return {"seconds": round(chance.uniform(0.02, 0.4), 2)}
    if fault == "drip":
        return {"bytes_per_second": chance.choice((2_000, 10_000))}
    if fault in ("lost_replies", "errors"):
        return {"times": chance.randint(1, 6)}
    # Chooses one of the works that are open then.
    return {"choice": chance.randrange(1_000)} if fault == "close" else {}


def digest(seed, thing):
    """The SHA-256 of the file with this number."""
    return hashlib.sha256(f"{seed} {thing}".encode()).hexdigest()
