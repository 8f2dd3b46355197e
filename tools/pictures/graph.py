"""A page with an enriched object in the middle, and its related objects on both sides."""

import html
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTH, CARD, STEP, CENTRE = 1160, (290, 58), 72, (290, 176)
MARGIN, TOP = 24, 20
# The types on the left side; all others are on the right side.
LEFT = ("domain-name", "autonomous-system", "location", "identity")
NAMES = {"ipv4-addr": "IPv4-Addr", "ipv6-addr": "IPv6-Addr", "domain-name": "Domain-Name", "autonomous-system": "Autonomous-System",
         "location": "Country", "identity": "Sector", "file": "StixFile", "url": "Url", "note": "Note", "indicator": "Indicator"}
ZONES = ((81, "red"), (61, "orange"), (21, "yellow"), (1, "grey"), (0, "green"))

STYLE = """
[data-zone=red] { --zone: #c9362b; } [data-zone=orange] { --zone: #d9731a; } [data-zone=yellow] { --zone: #c79a00; }
[data-zone=grey] { --zone: #8691a0; } [data-zone=green] { --zone: #2c8a4b; }
@media (prefers-color-scheme: dark) {
  [data-zone=red] { --zone: #f0665b; } [data-zone=orange] { --zone: #f0954a; } [data-zone=yellow] { --zone: #e3c04a; }
  [data-zone=grey] { --zone: #8d99a8; } [data-zone=green] { --zone: #56bd78; }
}
body { margin: 0; max-width: none; padding: 0; position: relative; width: WIDTHpx; height: HEIGHTpx; overflow: hidden; }
svg { position: absolute; inset: 0; }
path { fill: none; stroke: var(--muted); stroke-width: 1.5; opacity: 0.75; }
marker path { fill: var(--muted); stroke: none; opacity: 1; }
.card { position: absolute; box-sizing: border-box; background: var(--panel); border: 1px solid var(--line); border-left: 5px solid var(--zone, var(--line));
  border-radius: 8px; padding: 8px 12px; display: flex; gap: 10px; align-items: center; }
.card .what { flex: 1 1 auto; min-width: 0; }
.card .type { color: var(--muted); font-size: 12px; display: flex; justify-content: space-between; gap: 8px; }
.card .type span { white-space: nowrap; }
.card .name { font-weight: 600; font-size: 14.5px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.score { flex: none; display: grid; place-items: center; min-width: 38px; height: 38px; border-radius: 19px; font-weight: 700; font-size: 14px;
  border: 2px solid var(--zone); color: var(--text); }
.centre { display: block; border: 2px solid var(--zone); border-left-width: 8px; padding: 16px 18px; }
.centre .head { display: flex; align-items: center; gap: 14px; }
.centre .name { font-size: 22px; }
.centre .score { min-width: 52px; height: 52px; border-radius: 26px; border-width: 4px; font-size: 19px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 12px; }
.chip { border: 1px solid var(--line); background: var(--faint); border-radius: 10px; padding: 1px 9px; font-size: 12.5px; }
.links { margin-top: 10px; color: var(--link); font-size: 12.5px; background: none; border: 0; display: block; }
.edge { position: absolute; transform: translate(-50%, -50%); background: var(--ground); color: var(--muted); padding: 0 6px; font-size: 12px; white-space: nowrap; }
.foot { position: absolute; left: 0; right: 0; bottom: 14px; text-align: center; color: var(--muted); font-size: 12.5px; }
"""


def zone_of(score):
    return None if score is None else next(name for least, name in ZONES if score >= least)


def name_of(thing):
    if thing["type"] == "note":
        return thing["abstract"].partition(":")[0]
    if thing["type"] == "autonomous-system":
        return f"AS{thing['number']}" + (f" {thing['name']}" if thing.get("name") else "")
    if thing["type"] == "file":
        hashes = thing["hashes"]
        return hashes.get("SHA-256") or hashes.get("SHA-1") or hashes["MD5"]
    return thing.get("value") or thing.get("name") or thing["id"]


def card(thing, place, size, detail=""):
    score = thing.get("x_opencti_score")
    zone = zone_of(score)
    return (f'<div class="card" {f"data-zone={zone}" if zone else ""} style="left:{place[0]}px;top:{place[1]}px;width:{size[0]}px;height:{size[1]}px">'
            f'<div class="what"><div class="type"><span>{NAMES.get(thing["type"], thing["type"])}</span><span>{html.escape(detail)}</span></div>'
            f'<div class="name">{html.escape(name_of(thing))}</div></div>'
            + (f'<div class="score">{score}</div>' if score is not None else "") + "</div>")


def centre_card(thing, place):
    chips = "".join(f'<span class="chip">{html.escape(label)}</span>' for label in thing.get("labels", []))
    links = thing.get("external_references", [])
    return (f'<div class="card centre" data-zone="{zone_of(thing["x_opencti_score"])}" '
            f'style="left:{place[0]}px;top:{place[1]}px;width:{CENTRE[0]}px;height:{CENTRE[1]}px">'
            f'<div class="head"><div class="what"><div class="type"><span>{NAMES[thing["type"]]}</span></div>'
            f'<div class="name">{html.escape(name_of(thing))}</div></div><div class="score">{thing["x_opencti_score"]}</div></div>'
            f'<div class="chips">{chips}</div><div class="links">{len(links)} links to Kaspersky TIP</div></div>')


def seen(relationship):
    first, last = (relationship.get(key, "")[:7] for key in ("start_time", "stop_time"))
    return f"{first} – {last}" if first and last and first != last else first


def page_of(objects, value):
    """@param objects the objects of a bundle; @param value the value of the enriched object"""
    by_id = {thing["id"]: thing for thing in objects}
    centre = next(thing for thing in objects if thing.get("value") == value)
    # (object, text on the line, whether the arrow points at the object, dates)
    around = []
    for thing in objects:
        if thing["type"] == "relationship":
            outward = thing["source_ref"] == centre["id"]
            other = by_id.get(thing["target_ref"] if outward else thing["source_ref"])
            if other is not None and centre["id"] in (thing["source_ref"], thing["target_ref"]):
                around.append((other, thing["relationship_type"], outward, seen(thing)))
        elif thing["type"] == "note":
            around.append((thing, "object_refs", False, ""))
    order = list(NAMES)
    around.sort(key=lambda row: (order.index(row[0]["type"]), -(row[0].get("x_opencti_score") or 0)))
    sides = [[row for row in around if (row[0]["type"] in LEFT) == left] for left in (True, False)]
    height = 2 * TOP + STEP * max(map(len, sides)) + 20
    middle = (WIDTH / 2, (height - 20) / 2)
    cards = [centre_card(centre, (middle[0] - CENTRE[0] / 2, middle[1] - CENTRE[1] / 2))]
    lines = []
    for side, rows in enumerate(sides):
        first = middle[1] - STEP * len(rows) / 2 + (STEP - CARD[1]) / 2
        for number, (thing, word, outward, dates) in enumerate(rows):
            top = first + STEP * number
            left = MARGIN if side == 0 else WIDTH - MARGIN - CARD[0]
            cards.append(card(thing, (left, top), CARD, dates))
            # From the inner edge of the card to that of the centre, where the lines end side by side.
            spread = CENTRE[1] * 0.7
            end_y = middle[1] - spread / 2 + spread * (number + 0.5) / len(rows)
            start = (MARGIN + CARD[0] if side == 0 else WIDTH - MARGIN - CARD[0], top + CARD[1] / 2)
            end = (middle[0] + (-1 if side == 0 else 1) * CENTRE[0] / 2, end_y)
            bend = (start[0] + end[0]) / 2
            shape = f"M{start[0]},{start[1]} C{bend},{start[1]} {bend},{end[1]} {end[0]},{end[1]}"
            lines.append(f'<path d="{shape}" {"marker-start" if outward else "marker-end"}="url(#arrow)"/>')
            # The middle of the curve is the middle between its ends.
            cards.append(f'<div class="edge" style="left:{bend}px;top:{(start[1] + end[1]) / 2}px">{word}</div>')
    author = next((thing["name"] for thing in objects if thing["type"] == "identity" and thing["identity_class"] == "organization"), "")
    style = (ROOT / "src" / "monitoring" / "page" / "page.css").read_text()
    own = re.sub("WIDTH", str(WIDTH), STYLE).replace("HEIGHT", str(int(height)))
    return ("<!doctype html><html lang=en><meta charset=utf-8><title>Bundle</title>"
            f"<style>{style}{own}</style><body>"
            f'<svg width="{WIDTH}" height="{height}"><defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
            f'orient="auto-start-reverse"><path d="M0,1 L9,5 L0,9 z"/></marker></defs>{"".join(lines)}</svg>{"".join(cards)}'
            f'<div class="foot">One enrichment of one address: {len(objects)} objects, author {html.escape(author)}. Dates: first and last seen. Circles: scores.</div>')
